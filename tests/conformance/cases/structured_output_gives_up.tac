--[==[
{ "about": "After output_retries more tries the turn fails with every violation and the last text; a cut reply never counts.",
  "script": [{ "data": { "n": "x" } }, { "data": { "n": 1 }, "finish": "length" }, { "text": "no JSON at all" }],
  "expect": { "result": ["TAC-AGENT-OUTPUT", 3, "no JSON at all", 3, 0],
    "requests": 3,
    "events": [{ "event_type": "attempt_superseded", "attempt": 0 }, { "event_type": "attempt_superseded", "attempt": 1 },
      { "event_type": "agent_turn", "stage": "failed", "error": { "code": "TAC-AGENT-OUTPUT", "attempts": 3 } }, { "event_type": "cost" }],
    "counts": [[{ "event_type": "attempt_superseded" }, 2]] } }
]==]
agent("stubborn", { tools = {}, output = { n = { type = "integer", required = true } } })

main = procedure("main", {}, function()
  local _, err = pcall(Stubborn.turn)
  return { err.code, err.attempts, err.text, #err.errors, #Stubborn.messages }
end)
