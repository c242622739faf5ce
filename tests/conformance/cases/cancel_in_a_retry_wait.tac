--[==[
{ "about": "A stop while a retry waits does not wait for it.",
  "script": [{ "error": { "status": 503 } }, "late"],
  "cancel": { "event_type": "attempt_superseded" },
  "expect": { "status": "cancelled", "stop_ms_max": 3000, "requests": 1,
    "events": [{ "event_type": "attempt_superseded" }, { "event_type": "agent_turn", "stage": "cancelled", "attempt": 1 },
      { "event_type": "cost", "finish_reason": "cancelled", "total_tokens": 0 }] } }
]==]
agent("writer", { tools = {}, retry_delay = 20 })
main = procedure("main", {}, function() Writer.turn() end)
