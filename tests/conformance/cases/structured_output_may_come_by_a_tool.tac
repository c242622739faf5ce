--[==[
{ "about": "output_mode \"tool\" asks for the object as the arguments of final_output, which stream like any reply.",
  "runs": [
    { "about": "the object arrives in pieces and is no tool call",
      "script": [
        { "chunks": ["Let me see. "], "expect": "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"final_output\"}}",
          "tool_calls": [{ "name": "final_output", "args_chunks": ["{\"city\":\"Par", "is\",\"pop\":2", "1}"] }] } ],
      "inputs": { "tools": [] },
      "expect": {
        "result": { "data": { "city": "Paris", "pop": 21 }, "partials": ["{\"city\":\"Par\"}", "{\"city\":\"Paris\"}", "{\"city\":\"Paris\",\"pop\":21}"],
                    "finish": "stop", "calls": 0, "role": "assistant" },
        "events": [
          { "event_type": "agent_output_delta", "path": "/city", "value": "Par" },
          { "event_type": "agent_output", "output": { "city": "Paris", "pop": 21 } } ],
        "never": [{ "event_type": "agent_tool_call" }, { "event_type": "agent_stream_chunk" }] } },
    { "about": "beside tools of its own, and again when it does not fit",
      "inputs": { "tools": ["lookup"] },
      "script": [
        { "tool_calls": [{ "name": "lookup", "args": { "city": "Paris" } }], "expect": "\"tool_choice\":\"required\"" },
        { "data": { "city": "Paris" } },
        { "data": { "city": "Paris", "pop": 21 }, "expect": "does not fit the required schema" } ],
      "expect": {
        "result_fits": { "data": { "city": "Paris", "pop": 21 }, "calls": 1 },
        "counts": [[{ "event_type": "agent_tool_call", "stage": "completed" }, 1]],
        "events": [
          { "event_type": "agent_tool_call", "tool_name": "lookup", "stage": "completed" },
          { "event_type": "attempt_superseded", "reason": "validation" },
          { "event_type": "agent_output", "output": { "city": "Paris", "pop": 21 } } ] } },
    { "about": "the demo model fills it",
      "overrides": { "provider": "demo" },
      "inputs": { "tools": [] },
      "expect": { "result_fits": { "finish": "stop" },
                  "events": [{ "event_type": "agent_output", "output": { "city": { "any": true } } }],
                  "never": [{ "event_type": "agent_tool_call" }] } } ] }
]==]
tool("lookup", { description = "Finds a city", parameters = { city = "string" } }, function() return "found" end)
agent("geographer", { output_mode = "tool",
  output = { city = { type = "string", required = true }, pop = { type = "integer", required = true } } })

main = procedure("main", { input = { tools = "array" } }, function()
  local partials = {}
  local result = Geographer.turn{ tools = input.tools, on_partial = function(p) partials[#partials + 1] = Json.encode(p) end }
  return { data = result.data, partials = partials, finish = result.finish_reason, calls = #result.tool_calls,
    role = result.new_messages()[2].role }
end)
