--[==[
{ "about": "length is no failure: the text is kept; a call that was cut does not run.",
  "script": [{ "text": "As far as", "finish": "length" }, { "text": "Calling", "tool_calls": [{ "name": "look", "args": "{\"q\":" }], "finish": "length" }],
  "expect": { "result": ["As far as", "length", "Calling", "length", 0],
    "events": [{ "event_type": "agent_tool_call", "stage": "failed", "error": { "has": "length limit" } }, { "event_type": "agent_turn", "stage": "completed", "finish_reason": "length" }] } }
]==]
tool("look", { parameters = { q = "string" } }, function() return "seen" end)
agent("writer", { tools = { "look" } })

main = procedure("main", {}, function()
  local first, second = Writer.turn(), Writer.turn()
  return { first.text, first.finish_reason, second.text, second.finish_reason, Tool.get_call_count("look") }
end)
