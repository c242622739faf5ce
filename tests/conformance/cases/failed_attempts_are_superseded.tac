--[==[
{ "about": "An error in mid-stream is retried; its text is void but in the log, and it is paid for.",
  "script": [
    { "chunks": ["Lost ", "words ", "here"], "error": { "status": 500, "after": 2 } },
    { "chunks": ["Good ", "text"], "usage": { "prompt_tokens": 7, "completion_tokens": 2 } } ],
  "expect": {
    "result": { "text": "Good text", "full": "Good text", "retries": 1, "seen": "Lost words |Good text", "reason": "retry", "messages": 2, "both": true },
    "requests": 2,
    "events": [
      { "event_type": "agent_stream_chunk", "message_id": "t0-m1", "attempt": 0, "chunk_text": "Lost " },
      { "event_type": "attempt_superseded", "attempt": 0, "reason": "retry", "message_ids": ["t0-m1"], "error": { "code": { "has": "TAC-PROVIDER" } } },
      { "event_type": "agent_stream_chunk", "message_id": "t0-m2", "attempt": 1, "chunk_text": "Good " },
      { "event_type": "agent_turn", "stage": "completed", "attempt": 1 },
      { "event_type": "cost", "retry_count": 1, "requests": 2, "tokens_estimated": true } ] } }
]==]
agent("writer", { tools = {}, retry_delay = 0.01 })

main = procedure("main", {}, function()
  local seen, reason = "", nil
  local r = Writer.turn({ inject = "Write", on_chunk = function(chunk)
    if chunk.kind == "reset" then
      seen, reason = seen .. "|", chunk.reason
    else
      seen = seen .. chunk
    end
  end })
  return { text = r.text, full = r.full_text, retries = r.retry_count, seen = seen, reason = reason, messages = #Writer.messages,
    both = r.usage.total_tokens > 9 }
end)
