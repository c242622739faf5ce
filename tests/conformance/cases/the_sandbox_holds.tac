--[==[
{ "about": "No bytecode, no io, no debug, no other language; nothing outside the workspace is required; metatables, collector and coroutines are no way out.",
  "expect": { "result": [] } }
]==]
main = procedure("main", {}, function()
  local broken = Json.array({})
  local function expect(what, holds)
    if not holds then broken[#broken + 1] = what end
  end
  local function code(f, ...)
    local ok, err = pcall(f, ...)
    return ok and "no error" or type(err) == "table" and err.code or "TAC-LUA"
  end
  for _, name in ipairs({ "io", "debug", "package", "dofile", "loadfile", "loadstring", "module", "newproxy", "getfenv", "setfenv" }) do
    expect(name, _G[name] == nil)
  end
  for _, name in ipairs({ "execute", "exit", "remove", "rename", "setlocale" }) do expect("os." .. name, os[name] == nil) end
  expect("string.dump", string.dump == nil)
  expect("python", python.eval == nil and python.import == nil)
  expect("require", code(require, "../x") == "TAC-SANDBOX-DENIED" and code(require, "/etc/passwd") == "TAC-SANDBOX-DENIED")
  expect("settings", code(File.write, "a.tac.yml", "") == "TAC-SANDBOX-DENIED")

  local function refuses(...)
    local chunk, why = load(...)
    return chunk == nil and tostring(why):find("TAC-SANDBOX-BYTECODE", 1, true) ~= nil
  end
  local parts = { "\27", "Lua" }
  expect("bytecode", refuses("\27Lua") and refuses("\27Lua", "x", "b") and refuses("\27Lua", "x", "bt", {}))
  expect("bytecode in parts", refuses(function() return table.remove(parts, 1) end))
  expect("globals of load", load("return io == nil and debug == nil and _ENV == _G")())

  expect("metatable of strings", getmetatable("") ~= string and type(getmetatable("")) == "string")
  expect("metatable of _G", code(setmetatable, _G, {}) ~= "no error" and type(getmetatable(_G)) == "string")
  expect("metatable of env", type(getmetatable(env)) == "string")
  expect("metatable of errors", type(getmetatable(select(2, pcall(Json.decode, "{")))) == "string")

  local waited
  setmetatable({}, { __gc = function() waited = code(Sleep, 0.01) end })
  collectgarbage()
  expect("waiting in __gc", waited == "TAC-YIELD")
  setmetatable({}, { __gc = function() waited = code(File.read, "case.tac") end })
  collectgarbage()
  expect("reading in __gc", waited == "TAC-YIELD")
  expect("errors in __gc", pcall(function()
    setmetatable({}, { __gc = function() error("x") end })
    collectgarbage()
  end))
  expect("other uses of the collector", code(collectgarbage, "count") == "TAC-SANDBOX-DENIED" and code(collectgarbage, "stop") == "TAC-SANDBOX-DENIED")
  expect("waiting in __tostring", code(tostring, setmetatable({}, { __tostring = function() Sleep(0.01) return "" end })) == "TAC-YIELD")
  expect("waiting in sort", code(table.sort, { 2, 1 }, function() Sleep(0.01) end) == "TAC-YIELD")
  expect("waiting in gsub", code(string.gsub, "a", "a", function() Sleep(0.01) end) == "TAC-YIELD")

  local task = coroutine.running()
  expect("yielding the task", code(coroutine.yield) ~= "no error")
  expect("closing the task", code(coroutine.close, task) ~= "no error")
  expect("resuming the task", not coroutine.wrap(function() return (coroutine.resume(task)) end)())
  local inner = coroutine.wrap(function()
    Sleep(0.001)
    coroutine.yield(1)
    Sleep(0.001)
    return 2
  end)
  expect("waiting in a coroutine", inner() + inner() == 3)
  expect("addresses", tostring({}):find("0x?", 1, true) and tostring(print):find("0x?", 1, true) and tostring(task):find("0x?", 1, true))
  expect("names of __name", not tostring(setmetatable({}, { __name = "x" })):find("0x%x"))
  return broken
end)
