--[==[
{ "about": "A first delta is seen long before the second is due: leaving there ends the turn at once, and the next one goes on from it.",
  "expect": {
    "result": { "text": "Schöne ", "finish": "cancelled", "interrupted": true, "marked": true, "next": "Again.", "whole": ["Grüße ö"] },
    "counts": [[{ "event_type": "agent_stream_chunk", "turn_id": "t0" }, 1]],
    "events": [{ "event_type": "agent_turn", "turn_id": "t0", "stage": "cancelled", "finish_reason": "cancelled" }] } }
]==]
-- Waiting for the second delta would take longer than the test may.
agent("slow", { provider = "scripted", tools = {}, script = {
  { chunks = { "Schöne ", "Grüße" }, delay_ms = 60000 },
  { text = "Again.", expect = [["content":"Schöne "]] } } })
agent("whole", { provider = "scripted", tools = {}, stream = false, script = { { chunks = { "Grüße ", "ö" }, ttft_ms = 5, delay_ms = 1 } } })

main = procedure("main", {}, function()
  local r = Slow.turn{ inject = "Greet", on_chunk = function() return false end }
  local marked = Slow.messages[2].interrupted == true
  local whole = {}
  local next_turn = Slow.turn("Go on")
  Whole.turn{ inject = "Greet", on_chunk = function(chunk) whole[#whole + 1] = chunk.text end }
  return { text = r.text, finish = r.finish_reason, interrupted = r.interrupted, marked = marked, next = next_turn.text, whole = whole }
end)
