--[==[
{ "about": "The text is what the callback saw, the history keeps it, and the next turn goes on from there.",
  "script": [
    { "chunks": ["One ", "two ", "three ", "four"], "usage": { "prompt_tokens": 5, "completion_tokens": 4 } },
    { "text": "Again.", "expect": "\"content\":\"One two \"" } ],
  "expect": {
    "result": { "text": "One two ", "finish": "cancelled", "interrupted": true, "data": "nil", "marked": true, "next": "Again." },
    "requests": 2,
    "events": [
      { "event_type": "agent_stream_chunk", "chunk_text": "One " }, { "event_type": "agent_stream_chunk", "chunk_text": "two " },
      { "event_type": "agent_turn", "turn_id": "t0", "stage": "cancelled", "finish_reason": "cancelled" },
      { "event_type": "cost", "turn_id": "t0", "finish_reason": "cancelled" },
      { "event_type": "agent_turn", "turn_id": "t1", "stage": "completed" } ],
    "counts": [[{ "event_type": "agent_stream_chunk", "turn_id": "t0" }, 2]] } }
]==]
agent("counter", { tools = {} })

main = procedure("main", {}, function()
  local result = Counter.turn({ inject = "Count", on_chunk = function(chunk) if chunk.index == 2 then return false end end })
  local marked = Counter.messages[2].interrupted == true
  local next_turn = Counter.turn("Go on")
  return { text = result.text, finish = result.finish_reason, interrupted = result.interrupted, data = "nil",
    marked = marked, next = next_turn.text }
end)
