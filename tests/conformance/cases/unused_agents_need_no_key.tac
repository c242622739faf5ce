--[==[
{ "about": "Credentials are needed when a turn uses them; a turn without a key says which is missing.",
  "runs": [
    { "inputs": { "use": false }, "expect": { "result": "fine" } },
    { "inputs": { "use": true },
      "expect": { "result": ["TAC-PROVIDER-AUTH", true],
        "events": [{ "event_type": "agent_turn", "stage": "failed", "error": { "code": "TAC-PROVIDER-AUTH" } }] } } ] }
]==]
agent("expensive", { provider = "openai", model = "gpt-4o", tools = {} })

main = procedure("main", { input = { use = { type = "boolean", default = false } } }, function()
  if not input.use then return "fine" end
  local _, err = pcall(Expensive.turn, "Hello")
  return { err.code, (err.message .. (err.hint or "")):find("OPENAI_API_KEY", 1, true) ~= nil }
end)
