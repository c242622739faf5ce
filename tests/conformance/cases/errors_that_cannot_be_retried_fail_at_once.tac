--[==[
{ "about": "A refused request is not repeated; what the provider said and a hint are told.",
  "script": [{ "error": { "status": 400, "message": "no such model" } }, { "error": { "status": 401, "message": "bad key" } }],
  "expect": { "result": ["TAC-PROVIDER-BAD-REQUEST", true, "TAC-PROVIDER-AUTH"], "requests": 2,
    "counts": [[{ "event_type": "agent_turn", "stage": "failed" }, 2], [{ "event_type": "cost" }, 2], [{ "event_type": "attempt_superseded" }, 0]] } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local _, bad = pcall(Writer.turn)
  local _, auth = pcall(Writer.turn)
  return { bad.code, bad.message:find("no such model", 1, true) ~= nil, auth.code }
end)
