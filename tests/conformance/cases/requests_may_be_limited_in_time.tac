--[==[
{ "about": "timeout bounds a whole request, also one that never falls silent; it counts as a broken stream.",
  "runs": [
    { "about": "before the first byte",
      "script": [{ "text": "too late", "ttft_ms": 600000 }, { "text": "too late", "ttft_ms": 600000 }],
      "expect": { "status": "failed", "requests": 2,
        "error": { "code": "TAC-PROVIDER-STREAM", "message": { "has": "did not finish its answer within 0.05 s" }, "hint": { "has": "timeout" } },
        "events": [{ "event_type": "attempt_superseded", "reason": "retry" }] } },
    { "about": "of a provider's settings",
      "config": "    settings: {timeout: 0.05}\n",
      "inputs": { "own": false },
      "script": [{ "chunks": ["a", "b"], "delay_ms": 600000 }, { "chunks": ["a", "b"], "delay_ms": 600000 }],
      "expect": { "status": "failed", "error": { "code": "TAC-PROVIDER-STREAM", "message": { "has": "within 0.05 s" } } } },
    { "about": "enough time changes nothing",
      "inputs": { "own": false },
      "script": ["In time."],
      "expect": { "result": "In time." } } ] }
]==]
agent("hasty", { tools = {}, retries = 1, retry_delay = 0, timeout = "50ms" })
agent("patient", { tools = {}, retries = 1, retry_delay = 0 })

main = procedure("main", { input = { own = { type = "boolean", default = true } } }, function()
  if input.own then return Hasty.turn().text end
  return Patient.turn().text
end)
