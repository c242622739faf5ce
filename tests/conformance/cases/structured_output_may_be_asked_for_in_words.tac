--[==[
{ "about": "output_mode \"prompt\" puts the schema into the system prompt; fences and prose around the reply are ignored.",
  "runs": [
    { "about": "prose and a fence",
      "script": [{ "chunks": ["Here {you} are:\n```json\n", "{\"city\":\"Par", "is\"}", "\n```\nAnything else?"],
                   "expect": "You know cities.\\n\\nWhen you give your final answer, reply with nothing but one JSON value" }],
      "expect": { "result": "Paris", "requests": 1,
                  "events": [{ "event_type": "agent_output", "output": { "city": "Paris" } }] } },
    { "about": "nothing else says how to answer",
      "script": [{ "data": { "city": "Paris" }, "expect": "response_format" }],
      "expect": { "status": "failed", "error": { "code": "TAC-PROVIDER-BAD-REQUEST", "message": { "has": "does not contain the expected text" } } } },
    { "about": "the demo model understands it",
      "overrides": { "provider": "demo" },
      "expect": { "events": [{ "event_type": "agent_output", "output": { "city": { "any": true } }, "retry_count": 0 }] } } ] }
]==]
agent("geographer", { tools = {}, system_prompt = "You know cities.", output_mode = "prompt",
  output = { city = { type = "string", required = true } } })

main = procedure("main", {}, function() return Geographer.turn().data.city end)
