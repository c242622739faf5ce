--[==[
{ "about": "OPENAI_API_KEY and OPENAI_BASE_URL, here from .env, are all that the provider openai needs; its prices are known.",
  "files": { ".env": "OPENAI_API_KEY=sk-secret\nOPENAI_BASE_URL={provider}\n" },
  "script": [{ "text": "Hello.", "usage": { "prompt_tokens": 1000, "completion_tokens": 1000 } }],
  "expect": { "result": ["Hello.", "openai", true], "requests": 1,
    "events": [{ "event_type": "agent_turn", "provider": "openai", "model": "gpt-4o" }, { "event_type": "cost", "provenance": "measured", "currency": "USD" }],
    "never": [{ "event_type": { "any": true }, "error": { "has": "sk-secret" } }] } }
]==]
agent("writer", { provider = "openai", model = "gpt-4o", tools = {} })

main = procedure("main", {}, function()
  local r = Writer.turn()
  return { r.text, r.provider, r.cost().total_cost > 0 }
end)
