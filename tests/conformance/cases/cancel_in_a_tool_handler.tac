--[==[
{ "about": "A stop inside a handler's own turn closes both turns and every call, those not begun too.",
  "script": [{ "tool_calls": [{ "name": "ask", "args": {} }, { "name": "ask", "args": {} }] }, { "text": "late", "ttft_ms": 20000 }],
  "cancel": { "event_type": "agent_turn", "agent_name": "expert", "stage": "started" },
  "expect": { "status": "cancelled", "stop_ms_max": 3000,
    "events": [{ "event_type": "agent_turn", "agent_name": "expert", "stage": "cancelled" },
      { "event_type": "agent_tool_call", "tool_call_id": "call_script_1_1", "stage": "failed" },
      { "event_type": "agent_tool_call", "tool_call_id": "call_script_1_2", "stage": "failed" },
      { "event_type": "agent_turn", "agent_name": "boss", "stage": "cancelled", "finish_reason": "cancelled" },
      { "event_type": "cost", "agent_name": "boss", "finish_reason": "cancelled" }],
    "counts": [[{ "event_type": "agent_tool_call", "stage": "executing" }, 1]],
    "never": [{ "event_type": "log" }] } }
]==]
agent("expert", { tools = {} })
tool("ask", {}, function()
  pcall(Expert.turn)
  Log.info("caught")
end)
agent("boss", { tools = { "ask" } })
main = procedure("main", {}, function() pcall(Boss.turn) end)
