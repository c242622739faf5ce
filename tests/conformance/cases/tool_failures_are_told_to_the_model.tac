--[==[
{ "about": "A raising handler, wrong arguments, broken JSON and an unknown name are error results; the run goes on.",
  "script": [
    { "tool_calls": [{ "name": "fragile", "args": { "n": 1 } }] },
    { "tool_calls": [{ "name": "fragile", "args": { "n": "many" } }, { "name": "good", "args": {} }], "expect": "it broke on 1" },
    { "tool_calls": [{ "name": "fragile", "args": "{\"n\":" }, { "name": "good", "args": {} }], "expect": "invalid arguments" },
    { "tool_calls": [{ "name": "fragil", "args": {} }, { "name": "good", "args": {} }], "expect": "not JSON" },
    { "text": "Enough.", "expect": "there is no tool 'fragil'" } ],
  "expect": {
    "result": { "text": "Enough.", "ok": [false, true], "error": true, "failed_calls": 4, "converted": 12 },
    "requests": 5,
    "events": [
      { "event_type": "agent_tool_call", "tool_name": "fragile", "stage": "executing" },
      { "event_type": "agent_tool_call", "tool_name": "fragile", "stage": "failed", "error": { "has": "it broke on 1" } } ],
    "counts": [[{ "event_type": "agent_tool_call", "stage": "failed" }, 4],
               [{ "event_type": "agent_tool_call", "tool_name": "fragile", "stage": "executing" }, 1]] } }
]==]
tool("fragile", { parameters = { n = "number" } }, function(args) error("it broke on " .. args.n) end)
tool("good", { parameters = { n = { type = "integer", default = 12 } } }, function(args) return args.n end)
agent("worker", { tools = { "fragile", "good" } })

main = procedure("main", {}, function()
  local result = Worker.turn()
  local failed = 0
  for _, call in ipairs(Tool.get_all_calls()) do
    if not call.ok then failed = failed + 1 end
  end
  local first = result.tool_calls[1]
  return { text = result.text, ok = { first.ok, Tool.last_call("good").ok }, failed_calls = failed,
    error = first.error:find("it broke", 1, true) ~= nil, converted = Tool.last_result("good") }
end)
