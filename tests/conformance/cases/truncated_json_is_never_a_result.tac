--[==[
{ "about": "A structured reply that stops, or is cut by the length limit, is never a result, however complete it looks.",
  "script": [
    { "chunks": ["{\"city\":\"Par"], "truncate": true },
    { "chunks": ["{\"city\":\"Paris\"", "}"], "finish": "length" },
    { "chunks": ["{\"city\":\"Lyon\""], "expect": "length limit" },
    { "text": "Sorry, {no} city: {\"city\":\"Nice\"} is all.", "expect": "ends too early" } ],
  "expect": {
    "result": { "data": { "city": "Nice" }, "retries": 3, "partials": ["Par", "Paris", "Paris", "Lyon", "Nice"] },
    "events": [
      { "event_type": "attempt_superseded", "attempt": 0, "reason": "retry", "error": { "code": "TAC-PROVIDER-STREAM" } },
      { "event_type": "attempt_superseded", "attempt": 1, "reason": "validation" },
      { "event_type": "attempt_superseded", "attempt": 2, "reason": "validation" },
      { "event_type": "agent_output", "attempt": 3, "output": { "city": "Nice" } } ],
    "counts": [[{ "event_type": "agent_output" }, 1]] } }
]==]
local partials = {}
agent("geographer", { tools = {}, output = { city = { type = "string", required = true } }, retry_delay = "1ms", output_retries = 3 })

main = procedure("main", {}, function()
  local result = Geographer.turn{ on_partial = function(partial) partials[#partials + 1] = partial.city end }
  return { data = result.data, retries = result.retry_count, partials = partials }
end)
