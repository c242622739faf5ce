--[==[
{ "about": "An invalid object is rejected with its violations, the next one is taken; both are paid for.",
  "config": "prices:\n  test-model: {input: 1, output: 1}\n",
  "script": [
    { "data": { "city": "Rome" }, "usage": { "prompt_tokens": 10, "completion_tokens": 5 } },
    { "data": { "city": "Paris", "pop": 21, "extra": 1 }, "usage": { "prompt_tokens": 20, "completion_tokens": 5 }, "expect": "does not fit the required schema" } ],
  "expect": {
    "result": { "data": { "city": "Paris", "pop": 21 }, "retries": 1, "path": "pop", "tokens": 40, "cost": 0.00004 },
    "events": [
      { "event_type": "attempt_superseded", "attempt": 0, "reason": "validation", "error": { "code": "TAC-AGENT-OUTPUT" } },
      { "event_type": "agent_output", "attempt": 1, "output": { "city": "Paris", "pop": 21, "extra": null }, "retry_count": 1 },
      { "event_type": "agent_turn", "stage": "completed", "attempt": 1 },
      { "event_type": "cost", "prompt_tokens": 30, "completion_tokens": 10, "provenance": "measured", "retry_count": 1 } ],
    "never": [{ "event_type": "agent_stream_chunk" }] } }
]==]
agent("geographer", { tools = {}, output = { city = { type = "string", required = true }, pop = { type = "integer", required = true } } })

main = procedure("main", {}, function()
  local result = Geographer.turn()
  return { data = result.data, retries = result.retry_count, path = result.validation_errors[1].path,
    tokens = result.usage.total_tokens, cost = result.cost().total_cost }
end)
