--[==[
{ "about": "Earlier requests and tool results of the turn stand when a later request is retried.",
  "script": [
    { "text": "Let me look.", "tool_calls": [{ "name": "look", "args": {} }] },
    { "chunks": ["It ", "is"], "truncate": true },
    { "text": "It is 4.", "expect": "seen once" } ],
  "expect": { "result": { "count": 1, "text": "It is 4.", "full": "Let me look.\n\nIt is 4." }, "requests": 3,
    "events": [{ "event_type": "agent_tool_call", "stage": "completed", "attempt": 0 },
      { "event_type": "attempt_superseded", "attempt": 0, "message_ids": ["t0-m2"], "tool_call_ids": [] }] } }
]==]
local count = 0
tool("look", {}, function()
  count = count + 1
  return "seen once"
end)
agent("looker", { tools = { "look" }, retry_delay = 0.01 })

main = procedure("main", {}, function()
  local r = Looker.turn()
  return { count = count, text = r.text, full = r.full_text }
end)
