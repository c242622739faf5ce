--[==[
{ "about": "Cycles and functions are named by their path, and State stays as it was.",
  "expect": { "result": ["TAC-JSON", true, "TAC-JSON", true, "nothing"] } }
]==]
main = procedure("main", {}, function()
  local t = {}
  t.self = t
  local _, cycle = pcall(State.set, "x", t)
  local _, fn = pcall(State.set, "f", { g = print })
  return { cycle.code, tostring(cycle):find("x.self", 1, true) ~= nil,
    fn.code, tostring(fn):find("f.g", 1, true) ~= nil, State.get("x", "nothing") }
end)
