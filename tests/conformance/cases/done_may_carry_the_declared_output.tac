--[==[
{ "about": "When done ends a structured turn its reason is tried as the object; what does not fit is nil with a warning.",
  "script": [{ "tool_calls": [{ "name": "done", "args": { "reason": "{\"n\":4}" } }] }, { "tool_calls": [{ "name": "done", "args": {} }] }],
  "expect": { "result": [4, "nil", "Task completed", true],
    "events": [{ "event_type": "agent_output", "output": { "n": 4 } }, { "event_type": "log", "level": "WARNING", "context": { "code": "TAC-AGENT-OUTPUT" } }],
    "counts": [[{ "event_type": "agent_turn", "stage": "completed" }, 2]] } }
]==]
agent("counter", { tools = { "done" }, output = { n = { type = "integer", required = true } } })

main = procedure("main", {}, function()
  local first, second = Counter.turn(), Counter.turn()
  return { first.data.n, type(second.data), second.done, Stop.requested() }
end)
