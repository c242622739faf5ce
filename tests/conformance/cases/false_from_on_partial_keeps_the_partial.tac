--[==[
{ "about": "Leaving a structured turn keeps the object as far as it came; it is no result, and the next turn goes on from its text.",
  "script": [{ "chunks": ["{\"a\":\"one\",", "\"b\":\"tw", "o\"}"] }, { "data": { "a": "x", "b": "y" }, "expect": "tw\"" }],
  "expect": {
    "result": { "finish": "cancelled", "interrupted": true, "partial": { "a": "one", "b": "tw" }, "data": "nil", "text": "{\"a\":\"one\",\"b\":\"tw", "next": "x" },
    "events": [{ "event_type": "agent_turn", "turn_id": "t0", "stage": "cancelled" }],
    "counts": [[{ "event_type": "agent_output" }, 1]] } }
]==]
agent("pair", { tools = {}, output = { a = { type = "string", required = true }, b = { type = "string", required = true } } })

main = procedure("main", {}, function()
  local r = Pair.turn{ inject = "Go", on_partial = function(partial) return partial.b == nil end }
  local after = Pair.turn("Again")
  return { finish = r.finish_reason, interrupted = r.interrupted, partial = r.partial, data = type(r.data), text = r.text, next = after.data.a }
end)
