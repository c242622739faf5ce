--[==[
{ "about": "An answer that passes a budget while it arrives is stopped, and the error says by how much it was too much.",
  "config": "limits: {max_tokens: 30}\n",
  "script": [{ "chunks": ["One two three four. ", "One two three four. ", "One two three four. ", "One two three four. ",
                          "One two three four. ", "One two three four. ", "One two three four. ", "One two three four. ",
                          "One two three four. ", "One two three four. ", "One two three four. ", "One two three four. "],
               "delay_ms": 20 }],
  "runs": [
    { "expect": { "error": { "code": "TAC-BUDGET", "message": { "has": "the run has spent" }, "unit": "tokens", "limit": 30,
                             "hint": { "has": "limits.max_tokens" }, "partial": { "has": "One two three four." } },
                  "requests": 1,
                  "events": [{ "event_type": "agent_stream_chunk", "chunk_text": { "has": "One two" } },
                             { "event_type": "agent_turn", "stage": "failed", "error": { "code": "TAC-BUDGET", "message": { "has": "too much; the answer was stopped" } } },
                             { "event_type": "cost", "tokens_estimated": true, "finish_reason": "error" }],
                  "never": [{ "event_type": "log", "message": "caught" }, { "event_type": "agent_turn", "stage": "completed" }] } },
    { "about": "in dollars, with the price of the model",
      "config": "limits: {max_cost_usd: 0.00003}\nprices: {test-model: {input: 1, output: 1}}\n",
      "expect": { "error": { "code": "TAC-BUDGET", "message": { "has": "of the $0.000030 that it may" }, "unit": "usd" }, "requests": 1,
                  "never": [{ "event_type": "agent_turn", "stage": "completed" }] } },
    { "about": "an agent has a budget of its own",
      "config": "", "inputs": { "tokens": 30 },
      "expect": { "error": { "code": "TAC-BUDGET", "message": { "has": "agent 'writer' has spent" }, "hint": { "has": "`budget` of the agent" } },
                  "requests": 1 } },
    { "about": "what fits arrives whole",
      "config": "limits: {max_tokens: 1000}\n",
      "expect": { "result_fits": { "has": "One two three four. One two" },
                  "events": [{ "event_type": "agent_turn", "stage": "completed" }] } } ] }
]==]
main = procedure("main", { input = { tokens = { type = "number", default = 1000 } } }, function()
  local Writer = agent("writer", { tools = {}, budget = { max_tokens = input.tokens } })
  local ok, result = pcall(Writer.turn, "Count")
  if not ok then Log.info("caught") end
  return result.text
end)
