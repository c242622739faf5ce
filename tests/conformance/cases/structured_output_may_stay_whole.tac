--[==[
{ "about": "With stream = \"text\" or false nothing provisional is seen: one call with the valid object, one event.",
  "script": [{ "chunks": ["{\"city\":\"Par", "is\"}"] }, { "chunks": ["{\"city\":\"Par", "is\"}"] }, { "chunks": ["{\"city\":\"Par", "is\"}"] }],
  "expect": { "result": [["{\"city\":\"Paris\"} true"], ["{\"city\":\"Paris\"} true"], ["cancelled", "{\"city\":\"Paris\"}", "nil"]],
    "never": [{ "event_type": "agent_output_delta" }],
    "counts": [[{ "event_type": "agent_output" }, 2]] } }
]==]
agent("geographer", { tools = {}, output = { city = { type = "string", required = true } } })

main = procedure("main", {}, function()
  local results = {}
  for i, stream in ipairs{ "text", false } do
    results[i] = {}
    Geographer.turn{ stream = stream, on_partial = function(partial, info)
      table.insert(results[i], Json.encode(partial) .. " " .. tostring(info.complete))
    end }
  end
  local refused = Geographer.turn{ stream = "text", on_partial = function() return false end }
  results[3] = { refused.finish_reason, Json.encode(refused.partial), type(refused.data) }
  return results
end)
