--[==[
{ "about": "Pieces of reasoning, text and two calls that come by turns are kept apart; all are closed and keep their order.",
  "script": [
    { "reasoning": "hm so well", "chunks": ["Let ", "me ", "see."], "interleave": true,
      "tool_calls": [{ "name": "look", "args_chunks": ["{\"place\"", ":\"Par", "is\"}"], "id": "c1" },
                     { "name": "look", "args_chunks": ["{\"place\":\"", "Rome\"}"], "id": "c2" }] },
    { "text": "Seen.", "expect": "\"content\":\"Let me see.\"" } ],
  "expect": { "result": { "text": "Seen.", "heard": "Let me see.|Seen.", "thought": "hm so well", "looked": "Paris Rome" },
    "events": [
      { "event_type": "agent_reasoning_chunk", "chunk_text": "hm" },
      { "event_type": "agent_stream_chunk", "chunk_text": "Let " },
      { "event_type": "agent_tool_call", "stage": "started", "tool_call_id": "c1" },
      { "event_type": "agent_tool_call", "stage": "started", "tool_call_id": "c2" },
      { "event_type": "agent_reasoning_chunk", "chunk_text": " so" },
      { "event_type": "agent_stream_chunk", "chunk_text": "me " },
      { "event_type": "agent_tool_call", "stage": "arguments", "tool_call_id": "c1", "arguments_delta": "{\"place\"" },
      { "event_type": "agent_tool_call", "stage": "arguments", "tool_call_id": "c2", "arguments_delta": "{\"place\":\"" },
      { "event_type": "agent_reasoning_chunk", "chunk_text": " well" },
      { "event_type": "agent_stream_chunk", "chunk_text": "see." },
      { "event_type": "agent_tool_call", "stage": "arguments", "tool_call_id": "c1", "arguments_delta": ":\"Par" },
      { "event_type": "agent_tool_call", "stage": "arguments", "tool_call_id": "c2", "arguments_delta": "Rome\"}" },
      { "event_type": "agent_tool_call", "stage": "arguments", "tool_call_id": "c1", "arguments_delta": "is\"}" },
      { "event_type": "agent_tool_call", "stage": "executing", "tool_call_id": "c1", "arguments": { "place": "Paris" } },
      { "event_type": "agent_tool_call", "stage": "completed", "tool_call_id": "c1", "result": "seen Paris" },
      { "event_type": "agent_tool_call", "stage": "executing", "tool_call_id": "c2", "arguments": { "place": "Rome" } },
      { "event_type": "agent_tool_call", "stage": "completed", "tool_call_id": "c2", "result": "seen Rome" },
      { "event_type": "agent_turn", "stage": "completed" } ],
    "counts": [[{ "event_type": "agent_reasoning_chunk" }, 3], [{ "event_type": "agent_tool_call", "stage": "arguments" }, 5]] } }
]==]
local looked, requests, thought = {}, {}, ""
tool("look", { parameters = { place = "string" } }, function(args)
  looked[#looked + 1] = args.place
  return "seen " .. args.place
end)
agent("looker", { tools = { "look" } })

main = procedure("main", {}, function()
  local result = Looker.turn{ inject = "Go.", on_chunk = function(chunk)
    requests[chunk.request] = (requests[chunk.request] or "") .. chunk.text
    thought = thought .. (chunk.reasoning or "")
  end }
  return { text = result.text, heard = table.concat(requests, "|"), thought = thought, looked = table.concat(looked, " ") }
end)
