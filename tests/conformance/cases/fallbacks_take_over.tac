--[==[
{ "about": "A model that fails for good is followed by the next of `fallback`, in the same turn; nothing is lost or doubled.",
  "config": "  other:\n    type: openai-compatible\n    base_url: {provider}\n",
  "script": [
    { "chunks": ["Lost ", "words"], "error": { "status": 500, "after": 2 } },
    { "text": "Taken over.", "usage": { "prompt_tokens": 7, "completion_tokens": 2 } },
    { "text": "Back again." } ],
  "runs": [
    { "expect": {
        "result": { "texts": ["Taken over.", "Back again."], "models": ["second-model", "test-model"], "provider": "other",
                    "seen": "Lost words|fallback|Taken over.", "retries": 1, "messages": 4, "estimated": true },
        "requests": 3,
        "events": [
          { "event_type": "agent_turn", "stage": "started", "model": "test-model" },
          { "event_type": "agent_stream_chunk", "message_id": "t0-m1", "attempt": 0 },
          { "event_type": "log", "level": "WARNING", "message": { "has": "its fallback 'nowhere:x' cannot be asked: provider 'nowhere' is not known" } },
          { "event_type": "attempt_superseded", "attempt": 0, "reason": "fallback", "message_ids": ["t0-m1"],
            "next": { "provider": "other", "model": "second-model" } },
          { "event_type": "agent_stream_chunk", "message_id": "t0-m2", "attempt": 1 },
          { "event_type": "agent_turn", "stage": "completed", "attempt": 1 },
          { "event_type": "cost", "provider": "other", "model": "second-model", "requests": 2, "tokens_estimated": true },
          { "event_type": "agent_turn", "stage": "started", "model": "test-model" } ] } },
    { "about": "a status that no retry mends falls over at once, too",
      "script": [{ "error": { "status": 401 } }, "Taken over.", "Back again."],
      "expect": { "result": { "texts": ["Taken over.", "Back again."], "models": ["second-model", "test-model"], "provider": "other",
                              "seen": "|fallback|Taken over.", "retries": 1, "messages": 4, "estimated": false }, "requests": 3 } },
    { "about": "when all have failed, the last failure is raised, with the number of all attempts",
      "script": [{ "error": { "status": 500 } }, { "error": { "status": 503 } }],
      "expect": { "error": { "code": "TAC-PROVIDER-UNAVAILABLE", "attempts": 2 }, "requests": 2,
                  "counts": [[{ "event_type": "attempt_superseded" }, 1]] } },
    { "about": "a model that was chosen for the whole run is not replaced",
      "overrides": { "model": "chosen" },
      "script": [{ "error": { "status": 500 } }],
      "expect": { "error": { "code": "TAC-PROVIDER-UNAVAILABLE", "attempts": 1 }, "requests": 1 } } ] }
]==]
agent("writer", { tools = {}, retries = 0, fallback = { "nowhere:x", "other:second-model" } })

main = procedure("main", {}, function()
  local seen = ""
  local first = Writer.turn({ inject = "Write", on_chunk = function(chunk)
    seen = seen .. (chunk.kind == "reset" and "|" .. chunk.reason .. "|" or chunk.text)
  end })
  local second = Writer.turn()
  return { texts = { first.text, second.text }, models = { first.model, second.model }, provider = first.provider, seen = seen,
    retries = first.retry_count, messages = #Writer.messages, estimated = first.usage.estimated == true }
end)
