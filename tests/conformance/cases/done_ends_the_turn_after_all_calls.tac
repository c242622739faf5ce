--[==[
{ "about": "done with another call in one response: both run, no further request, the procedure goes on.",
  "script": [{ "text": "Looking.", "tool_calls": [{ "name": "done", "args": { "reason": "found it" } }, { "name": "lookup", "args": { "q": "x" } }] }],
  "expect": {
    "result": { "done": "found it", "stop": "found it", "ok": true, "looked": "x!", "finish": "tool_calls", "output": "Looking.", "calls": 2 },
    "requests": 1,
    "events": [
      { "event_type": "agent_tool_call", "tool_name": "done", "stage": "executing", "arguments": { "reason": "found it", "success": null } },
      { "event_type": "agent_tool_call", "tool_name": "done", "stage": "completed", "result": "found it" },
      { "event_type": "agent_tool_call", "tool_name": "lookup", "stage": "completed", "result": "x!" },
      { "event_type": "agent_turn", "stage": "completed", "finish_reason": "tool_calls" },
      { "event_type": "execution_summary", "stop": { "reason": "found it", "success": true } } ] } }
]==]
tool("lookup", { parameters = { q = "string" } }, function(args) return args.q .. "!" end)
agent("finder", { tools = { "lookup", "done" } })

main = procedure("main", {}, function()
  local result = Finder.turn()
  return { done = result.done, stop = Stop.reason(), ok = Stop.success(), looked = Tool.last_result("lookup"),
    finish = result.finish_reason, output = result.output, calls = #result.tool_calls }
end)
