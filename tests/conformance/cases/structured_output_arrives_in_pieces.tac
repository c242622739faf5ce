--[==[
{ "about": "A structured reply is seen as it grows: open texts appear, unfinished numbers do not, and only the validated object is the result.",
  "config": "prices:\n  test-model: {input: 1, output: 1}\n",
  "script": [{ "chunks": ["{\"city\":\"Par", "is\",\"pop\":2", "1,\"tags\":[\"old\",", "\"big\"]}"] }],
  "expect": {
    "result": { "data": { "city": "Paris", "pop": 21, "tags": ["old", "big"] },
      "partials": ["{\"city\":\"Par\"} 1 0 false", "{\"city\":\"Paris\"} 1 0 false",
        "{\"city\":\"Paris\",\"pop\":21,\"tags\":[\"old\"]} 1 0 false", "{\"city\":\"Paris\",\"pop\":21,\"tags\":[\"old\",\"big\"]} 1 0 true"],
      "chunks": 0 },
    "events": [
      { "event_type": "agent_output_delta", "path": "", "op": "set", "value": {}, "valid": null },
      { "event_type": "agent_output_delta", "path": "/city", "op": "set", "value": "Par", "valid": null },
      { "event_type": "agent_output_delta", "path": "/city", "op": "append", "value": "is", "valid": null },
      { "event_type": "agent_output_delta", "path": "/city", "op": "complete", "valid": true },
      { "event_type": "agent_output_delta", "path": "/pop", "op": "complete", "value": 21, "valid": true },
      { "event_type": "agent_output_delta", "path": "/tags", "op": "set", "value": [] },
      { "event_type": "agent_output_delta", "path": "/tags/0", "op": "complete", "value": "old", "valid": true },
      { "event_type": "agent_output_delta", "path": "/tags", "op": "complete", "valid": true },
      { "event_type": "agent_output_delta", "path": "", "op": "complete", "valid": true },
      { "event_type": "agent_output", "output": { "city": "Paris", "pop": 21 } },
      { "event_type": "agent_turn", "stage": "completed" } ],
    "never": [{ "event_type": "agent_stream_chunk" }, { "event_type": "agent_output_delta", "value": 2 }] } }
]==]
local partials, chunks = {}, 0
agent("geographer", { tools = {},
  output = { city = { type = "string", required = true }, pop = { type = "integer", required = true }, tags = { type = "array", items = "string" } },
  on_partial = function(partial, info)
    partials[#partials + 1] = table.concat({ Json.encode(partial), info.request, info.attempt, tostring(info.complete) }, " ")
  end })

main = procedure("main", {}, function()
  local result = Geographer.turn{ inject = "Paris", on_chunk = function() chunks = chunks + 1 end }
  return { data = result.data, partials = partials, chunks = chunks }
end)
