--[==[
{ "about": "Three responses in a row in which every call failed end the turn.",
  "script": [ { "tool_calls": [{ "name": "nope", "args": {} }] }, { "tool_calls": [{ "name": "nope", "args": {} }] },
              { "tool_calls": [{ "name": "nope", "args": {} }] } ],
  "expect": { "result": ["TAC-TOOL-RETRIES", 3, 0, false], "requests": 3,
    "events": [{ "event_type": "agent_turn", "stage": "failed", "error": { "code": "TAC-TOOL-RETRIES" } }, { "event_type": "cost" }] } }
]==]
agent("lost", {})

main = procedure("main", {}, function()
  local _, err = pcall(Lost.turn)
  return { err.code, Tool.get_call_count(), #Lost.messages, Tool.last_call("nope").ok }
end)
