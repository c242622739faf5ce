--[==[
{ "about": "No bytecode, no io, no debug, no other language; nothing outside the workspace is required.",
  "expect": { "result": { "chunk": "nil", "why": true, "io": "nil", "debug": "nil", "python": "nil", "require": false } } }
]==]
main = procedure("main", {}, function()
  local chunk, why = load("\27Lua")
  return { chunk = type(chunk), why = tostring(why):find("BYTECODE", 1, true) ~= nil, io = type(io), debug = type(debug),
    python = type(python and python.eval), require = (pcall(require, "../x")) }
end)
