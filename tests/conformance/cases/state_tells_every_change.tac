--[==[
{ "about": "State functions and plain assignments give one state_changed per changed key.",
  "expect": {
    "result": { "n": 3, "list": ["a", "b"], "was": ["x", "y"], "all": 4, "type": "TAC-STATE-TYPE", "cleared": 0, "replaced": 1 },
    "events": [
      { "event_type": "state_changed", "key": "early", "value": 1 },
      { "event_type": "state_changed", "key": "n", "value": 1 }, { "event_type": "state_changed", "key": "n", "value": 3 },
      { "event_type": "state_changed", "key": "list", "value": ["a"] }, { "event_type": "state_changed", "key": "list", "value": ["a", "b"] },
      { "event_type": "state_changed", "key": "was", "value": ["x", "y"] },
      { "event_type": "state_changed", "key": "early", "value": null },
      { "event_type": "state_changed", "key": "plain", "value": { "deep": 1 } },
      { "event_type": "state_changed", "key": "plain", "value": { "deep": 2 } },
      { "event_type": "execution_summary", "final_state": { "plain": { "deep": 2 }, "early": null } } ],
    "counts": [[{ "event_type": "state_changed", "key": "plain" }, 2]] } }
]==]
State.set("early", 1)
local pause = procedure("pause", {}, function() end)

main = procedure("main", {}, function()
  State.increment("n")
  local n = State.increment("n", 2)
  State.append("list", "a")
  State:append("list", "b")
  State.set("was", "x")
  State.append("was", "y")
  local list, was = State.get("list"), State.get("was")
  local _, err = pcall(State.increment, "list")
  local all = 0
  for _ in pairs(State.all()) do all = all + 1 end
  State.clear()
  local cleared = 0
  for _ in pairs(State.all()) do cleared = cleared + 1 end
  state = { plain = { deep = 1 } }
  pause()
  State.get("plain").deep = 2
  local replaced = 0
  for _ in pairs(state) do replaced = replaced + 1 end
  return { n = n, list = list, was = was, all = all, type = err.code, cleared = cleared, replaced = replaced }
end)
