--[==[
{ "about": "Off forces every turn to arrive whole; on never overrides disable_streaming.",
  "script": [{ "chunks": ["a", "b"] }, { "chunks": ["c", "d"] }],
  "runs": [
    { "overrides": { "stream": false },
      "expect": { "counts": [[{ "event_type": "agent_turn", "stage": "started", "streaming": false }, 2], [{ "event_type": "agent_stream_chunk" }, 2]] } },
    { "overrides": { "stream": true },
      "expect": { "events": [{ "event_type": "agent_turn", "agent_name": "eager", "streaming": true }, { "event_type": "agent_turn", "agent_name": "unable", "streaming": false }],
        "counts": [[{ "event_type": "agent_stream_chunk" }, 3]] } },
    { "config": "stream: false\n",
      "expect": { "events": [{ "event_type": "agent_turn", "agent_name": "eager", "streaming": true }] } } ] }
]==]
agent("eager", { tools = {} })
agent("unable", { tools = {}, disable_streaming = true })

main = procedure("main", {}, function()
  Eager.turn({ stream = true })
  Unable.turn()
end)
