--[==[
{ "about": "The same script with every stream setting: equal results, and without streaming one chunk a request.",
  "expect": {
    "result": { "equal": true, "chunks": [4, 4, 2, 4], "text": "Done now.", "stop": "found" },
    "counts": [[{ "event_type": "agent_stream_chunk", "turn_id": "t3" }, 2]] } }
]==]
tool("look", { parameters = { n = "integer" } }, function(args) return "found " .. args.n end)
local function script()
  return { { chunks = { "Let me ", "look." }, tool_calls = { { name = "look", args = { n = 1 } }, { name = "done", args_chunks = { '{"reas', 'on":"found"}' } } },
      usage = { prompt_tokens = 3, completion_tokens = 4 } } }
end
local settings = { true, "text", false, { tools = false } }

main = procedure("main", {}, function()
  local results, chunks, first = {}, {}, nil
  for i, stream in ipairs(settings) do
    local replies = script()
    table.insert(replies, 1, { chunks = { "Done ", "now." } })
    local a = agent("a" .. i, { provider = "scripted", stream = stream, tools = { "look", "done" }, script = replies })
    chunks[i] = 0
    local function count() chunks[i] = chunks[i] + 1 end
    local one, two = a.turn{ inject = "x", on_chunk = count }, a.turn{ inject = "y", on_chunk = count }
    first = first or one.text
    local calls = {}
    for _, call in ipairs(two.tool_calls) do calls[#calls + 1] = call.name .. "=" .. tostring(call.result) end
    results[i] = Json.encode{ one.text, two.text, two.full_text, two.finish_reason, two.done, two.usage.total_tokens, calls, #a.messages }
  end
  local equal = true
  for i = 2, #results do equal = equal and results[i] == results[1] end
  return { equal = equal, chunks = chunks, text = first, stop = Stop.reason() }
end)
