--[==[
{ "about": "What has been written stays in the log; usage is estimated.",
  "config": "prices:\n  test-model: {input: 1, output: 1}\n",
  "script": [{ "chunks": ["one ", "two ", "three ", "four ", "five ", "six "], "delay_ms": 1000 }],
  "cancel": { "event_type": "agent_stream_chunk" },
  "expect": { "status": "cancelled", "stop_ms_max": 3000,
    "events": [{ "event_type": "agent_stream_chunk", "chunk_text": "one " }, { "event_type": "agent_turn", "stage": "cancelled" },
      { "event_type": "cost", "provenance": "estimated", "tokens_estimated": true }, { "event_type": "execution", "lifecycle_stage": "cancelled" }],
    "never": [{ "chunk_text": "six " }, { "event_type": "log" }] } }
]==]
agent("writer", { tools = {} })
main = procedure("main", {}, function()
  xpcall(Writer.turn, function() return "x" end)
  Log.info("caught")
end)
