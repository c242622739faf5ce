--[==[
{ "about": "Bytes cut inside a character and inside an event give whole characters, joined byte for byte.",
  "fault": "split-utf8",
  "script": [{ "chunks": ["sch", "ön ", "🚀", " – ", "ende"] }],
  "expect": { "result": ["schön 🚀 – ende", 5, true],
    "events": [{ "event_type": "agent_stream_chunk", "chunk_text": "ön " }, { "event_type": "agent_stream_chunk", "chunk_text": "🚀" }] } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local pieces, valid = {}, true
  local result = Writer.turn({ on_chunk = function(chunk)
    pieces[#pieces + 1] = chunk.text
    valid = valid and utf8.len(chunk.text) ~= nil
  end })
  assert(table.concat(pieces) == result.text)
  return { result.text, #pieces, valid }
end)
