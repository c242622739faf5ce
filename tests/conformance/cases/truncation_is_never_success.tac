--[==[
{ "about": "A stream that just stops, three times, fails with the last text; the history is as before.",
  "script": [{ "chunks": ["a1"], "truncate": true }, { "chunks": ["a2"], "truncate": true }, { "chunks": ["a3"], "truncate": true }, "Fresh start."],
  "expect": { "result": ["TAC-PROVIDER-STREAM", 3, "a3", 0, "Hi", "Fresh start."],
    "requests": 4,
    "events": [{ "event_type": "agent_turn", "turn_id": "t0", "stage": "failed", "finish_reason": "truncated", "error": { "partial": "a3", "attempts": 3 } },
      { "event_type": "cost", "turn_id": "t0", "provenance": "unknown", "total_cost": null, "tokens_estimated": true }],
    "counts": [[{ "event_type": "attempt_superseded" }, 2]],
    "never": [{ "event_type": "agent_turn", "turn_id": "t0", "stage": "completed" }] } }
]==]
agent("writer", { tools = {}, initial_message = "Hi", retry_delay = 0.01 })

main = procedure("main", {}, function()
  local _, err = pcall(Writer.turn)
  local before = #Writer.messages
  local text = Writer.turn().text -- Still its first turn: the failed one left nothing.
  return { err.code, err.attempts, err.partial, before, Writer.messages[1].content, text }
end)
