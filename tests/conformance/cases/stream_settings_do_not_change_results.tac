--[==[
{ "about": "The same replies give equal Results under every setting; what does not stream arrives whole.",
  "script": [
    { "reasoning": "Hmm so", "chunks": ["a ", "b"], "tool_calls": [{ "name": "note", "args_chunks": ["{\"x\":", "\"1\"}"] }] }, { "chunks": ["c ", "d"] },
    { "reasoning": "Hmm so", "chunks": ["a ", "b"], "tool_calls": [{ "name": "note", "args_chunks": ["{\"x\":", "\"1\"}"] }] }, { "chunks": ["c ", "d"] },
    { "reasoning": "Hmm so", "chunks": ["a ", "b"], "tool_calls": [{ "name": "note", "args_chunks": ["{\"x\":", "\"1\"}"] }] }, { "chunks": ["c ", "d"] },
    { "reasoning": "Hmm so", "chunks": ["a ", "b"], "tool_calls": [{ "name": "note", "args_chunks": ["{\"x\":", "\"1\"}"] }] }, { "chunks": ["c ", "d"] } ],
  "expect": {
    "result": { "equal": true, "calls": [6, 4, 2, 4], "full": "a b\n\nc d" },
    "counts": [
      [{ "event_type": "agent_stream_chunk", "turn_id": "t0" }, 4], [{ "event_type": "agent_stream_chunk", "turn_id": "t1" }, 4],
      [{ "event_type": "agent_stream_chunk", "turn_id": "t2" }, 2], [{ "event_type": "agent_stream_chunk", "turn_id": "t3" }, 2],
      [{ "stage": "arguments", "turn_id": "t0" }, 2], [{ "stage": "arguments", "turn_id": "t1" }, 1],
      [{ "stage": "arguments", "turn_id": "t2" }, 1], [{ "stage": "arguments", "turn_id": "t3" }, 2],
      [{ "event_type": "agent_reasoning_chunk", "turn_id": "t0" }, 2], [{ "event_type": "agent_reasoning_chunk", "turn_id": "t1" }, 1],
      [{ "event_type": "agent_turn", "stage": "started", "streaming": false }, 1] ] } }
]==]
tool("note", { parameters = { x = "string" } }, function(args) return args.x end)
agent("writer", { tools = { "note" } })

main = procedure("main", {}, function()
  local texts, calls, full = {}, {}, nil
  for i, setting in ipairs({ true, "text", false, { text = false } }) do
    Writer.reset()
    local count = 0
    local r = Writer.turn({ inject = "Go", stream = setting, on_chunk = function() count = count + 1 end })
    local call = r.tool_calls[1]
    texts[i] = table.concat({ r.text, r.full_text, r.reasoning, r.finish_reason, call.name, call.args.x, call.result, r.requests,
      #r.new_messages() }, "|")
    calls[i], full = count, r.full_text
  end
  local equal = true
  for _, text in ipairs(texts) do equal = equal and text == texts[1] end
  return { equal = equal, calls = calls, full = full }
end)
