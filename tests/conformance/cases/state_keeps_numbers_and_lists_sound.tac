--[==[
{ "about": "Appending to what is no list makes it the first element; what cannot be stored is refused and changes nothing.",
  "expect": { "result": { "map": [{ "a": 1 }, 2], "empty": [1], "scalar": ["x", "y"], "missing": [{ "n": 1 }], "infinite": "TAC-JSON", "n": 3.5, "function": "TAC-JSON", "list": [1], "wrong": "TAC-STATE-TYPE" } } }
]==]
main = procedure("main", {}, function()
  local function code(f, ...) return select(2, pcall(f, ...)).code end
  State.set("map", { a = 1 })
  State.append("map", 2)
  State.set("empty", {})
  State.append("empty", 1)
  State.set("scalar", "x")
  State.append("scalar", "y")
  State.append("missing", { n = 1 })
  State.set("n", 1)
  State.increment("n", 2.5)
  local infinite = code(State.increment, "n", math.huge)
  State.append("list", 1)
  local of_function = code(State.append, "list", print)
  return { map = State.get("map"), empty = State.get("empty"), scalar = State.get("scalar"), missing = State.get("missing"), infinite = infinite,
    n = State.get("n"), ["function"] = of_function, list = State.get("list"), wrong = code(State.increment, "list") }
end)
