--[==[
{ "about": "With stream=false the callback is called once with the whole text, and false means the same.",
  "script": [{ "text": "Whole text.", "tool_calls": [{ "name": "look", "args": {} }] }, { "text": "Next." }],
  "expect": { "result": { "calls": 1, "text": "Whole text.", "finish": "cancelled", "ran": 0, "cancelled": true },
    "requests": 1,
    "events": [{ "event_type": "agent_turn", "stage": "cancelled" }] } }
]==]
tool("look", {}, function() return "seen" end)
agent("writer", { tools = { "look" }, stream = false })

main = procedure("main", {}, function()
  local calls = 0
  local result = Writer.turn({ on_chunk = function() calls = calls + 1 return false end })
  return { calls = calls, text = result.text, finish = result.finish_reason, ran = Tool.get_call_count("look"),
    cancelled = result.tool_calls[1].cancelled }
end)
