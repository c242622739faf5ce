--[==[
{ "about": "Agents of one run have histories, usage and turns of their own.",
  "script": [ { "text": "A1", "usage": { "prompt_tokens": 3, "completion_tokens": 1 } }, { "text": "B1", "usage": { "prompt_tokens": 4, "completion_tokens": 1 } },
              { "text": "A2", "usage": { "prompt_tokens": 5, "completion_tokens": 1 }, "expect": "\"content\":\"A1\"" } ],
  "expect": { "result": { "a": 4, "b": 2, "tokens": [10, 5], "last": "A2", "before": "nil" },
    "events": [{ "event_type": "execution_summary", "total_tokens": 15, "total_cost": null, "iterations": 3,
      "cost_breakdown": [{ "agent_name": "a" }, { "agent_name": "b" }, { "agent_name": "a", "total_cost": null }] }],
    "counts": [[{ "event_type": "cost", "provenance": "unknown", "prompt_cost": null, "total_cost": null }, 3]] } }
]==]
agent("a", { tools = {} })
agent("b", { tools = {} })

main = procedure("main", {}, function()
  local before = type(a.result)
  a.turn()
  b.turn()
  local r = a.turn()
  assert(r.cost().total_cost == nil and r.cost().pricing_found == false and r.cost_usd == nil)
  return { a = #a.messages, b = #b.messages, tokens = { a.usage.total_tokens, b.usage.total_tokens }, last = a.result.text, before = before }
end)
