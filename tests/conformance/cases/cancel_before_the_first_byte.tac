--[==[
{ "about": "A stop while the provider has not answered ends the run at once; pcall does not catch it.",
  "script": [{ "text": "late", "ttft_ms": 20000 }],
  "cancel": { "event_type": "agent_turn", "stage": "started" }, "cancel_after_requests": 1,
  "expect": { "status": "cancelled", "stop_ms_max": 3000,
    "events": [{ "event_type": "agent_turn", "stage": "cancelled", "finish_reason": "cancelled" }, { "event_type": "cost", "finish_reason": "cancelled", "tokens_estimated": true },
      { "event_type": "execution_summary", "error_code": "TAC-CANCELLED", "exit_code": 130 },
      { "event_type": "execution", "lifecycle_stage": "cancelled", "exit_code": 130, "details": { "requested": { "any": true }, "settled": { "any": true } } }],
    "never": [{ "event_type": "log", "message": "caught" }] } }
]==]
agent("writer", { tools = {} })
main = procedure("main", {}, function()
  pcall(Writer.turn)
  Log.info("caught")
end)
