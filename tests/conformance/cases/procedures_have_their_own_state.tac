--[==[
{ "about": "A sub-procedure's state is fresh at each call; State is shared with main, whose state it is.",
  "expect": { "result": { "first": 1, "second": 1, "shared": 2, "same": true, "mine": "main", "kept": 7 } } }
]==]
local counter = procedure("counter", { state = { n = { type = "integer", default = 0 } } }, function()
  state.n = state.n + 1
  State.increment("calls")
  return state.n
end)

State.set("k", 7)
main = procedure("main", { state = { k = { type = "integer", default = 1 }, who = { type = "string", default = "main" } } },
  function()
    local first, second = counter(), counter()
    state.z = "zed"
    return { first = first, second = second, shared = State.get("calls"),
      same = state.calls == State.get("calls") and State.get("z") == "zed", mine = state.who, kept = state.k }
  end)
