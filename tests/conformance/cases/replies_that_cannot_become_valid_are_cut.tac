--[==[
{ "about": "A violation that nothing can repair ends the request at once: the attempt is superseded, billed by estimate, and the model is told why.",
  "expect": {
    "result": { "data": { "mood": "calm", "n": 1 }, "retries": 2, "errors": ["mood: expected one of \"calm\", \"busy\"", "n: expected integer, got string"],
      "requests": 3, "resets": 2, "estimated": true },
    "events": [
      { "event_type": "agent_output_delta", "attempt": 0, "path": "/mood", "op": "set", "value": "wi", "valid": false },
      { "event_type": "attempt_superseded", "attempt": 0, "reason": "validation", "error": { "code": "TAC-AGENT-OUTPUT" } },
      { "event_type": "agent_output_delta", "attempt": 1, "path": "", "op": "set", "value": {} },
      { "event_type": "agent_output_delta", "attempt": 1, "path": "/n", "valid": false },
      { "event_type": "attempt_superseded", "attempt": 1, "reason": "validation" },
      { "event_type": "agent_output_delta", "attempt": 2, "path": "", "op": "complete", "valid": true },
      { "event_type": "agent_output", "attempt": 2 },
      { "event_type": "cost", "tokens_estimated": true, "requests": 3, "retry_count": 2 } ],
    "never": [{ "event_type": "agent_output_delta", "valid": true, "path": "/mood", "attempt": 0 }] } }
]==]
-- Waiting for the rest of the first two replies would take longer than the test may.
agent("planner", { provider = "scripted", tools = {},
  output = { mood = { type = "string", required = true, enum = { "calm", "busy" } }, n = { type = "integer", required = true } },
  script = {
    { chunks = { '{"mood":"wi', 'ld","n":1}' }, delay_ms = 60000, ttft_ms = 1 },
    { chunks = { '{"n":"1', '","mood":"calm"}' }, delay_ms = 60000, expect = "expected one of" },
    { data = { mood = "calm", n = 1 }, expect = "expected integer, got string" } } })

main = procedure("main", {}, function()
  local resets = 0
  local result = Planner.turn{ inject = "Plan", on_chunk = function(chunk) if chunk.kind == "reset" then resets = resets + 1 end end }
  local errors = {}
  for i, e in ipairs(result.validation_errors) do errors[i] = e.path .. ": " .. e.message end
  return { data = result.data, retries = result.retry_count, errors = errors, requests = result.requests, resets = resets,
    estimated = result.usage.estimated }
end)
