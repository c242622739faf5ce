--[==[
{ "about": "limits.max_tokens ends the run before the next request; pcall does not catch it.",
  "script": [{ "text": "One.", "usage": { "prompt_tokens": 30, "completion_tokens": 20 } },
             { "text": "Two.", "usage": { "prompt_tokens": 30, "completion_tokens": 20 } }, "Three."],
  "runs": [
    { "config": "limits: {max_tokens: 100}\n",
      "expect": { "error": { "code": "TAC-BUDGET",
                             "message": { "has": "has spent 100 tokens of the 100 tokens" },
                             "hint": { "has": "limits.max_tokens" } },
                  "requests": 2, "never": [{ "event_type": "log", "message": "caught" }] } },
    { "about": "a cost is counted with the price of the model",
      "config": "limits: {max_cost_usd: 0.00004}\nprices: {test-model: {input: 1, output: 1}}\n",
      "expect": { "error": { "code": "TAC-BUDGET",
                             "message": { "has": "$0.000050 of the $0.000040" } }, "requests": 1 } },
    { "about": "a price that is not known is told once",
      "config": "limits: {max_cost_usd: 0.00005}\n",
      "expect": { "result": "Three.", "requests": 3,
                  "counts": [[{ "event_type": "log", "level": "WARNING",
                                "message": { "has": "prices.test-model" } }, 1]] } },
    { "about": "below the limit nothing happens",
      "config": "limits: {max_tokens: 200}\n",
      "expect": { "result": "Three.", "requests": 3 } } ] }
]==]
agent("a", { tools = {} })

main = procedure("main", {}, function()
  local last
  for _ = 1, 3 do
    local ok, result = pcall(A.turn)
    if not ok then Log.info("caught") end
    last = result.text
  end
  return last
end)
