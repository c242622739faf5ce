--[==[
{ "about": "Calls of one response run in order and their results follow in order; ids are unique in the run.",
  "script": [
    { "tool_calls": [{ "name": "note", "args": { "x": "a" }, "id": "same" }, { "name": "note", "args_chunks": ["{\"x\"", ":\"b\"}"], "id": "same" }] },
    { "text": "ok", "expect": "\"content\":\"seen a\"" } ],
  "expect": { "result": { "order": "ab", "distinct": true },
    "events": [
      { "event_type": "agent_tool_call", "stage": "started", "tool_name": "note" },
      { "event_type": "agent_tool_call", "stage": "started", "tool_name": "note" },
      { "event_type": "agent_tool_call", "stage": "executing", "arguments": { "x": "a" } },
      { "event_type": "agent_tool_call", "stage": "progress", "message": "half", "fraction": 0.5 },
      { "event_type": "agent_tool_call", "stage": "completed", "result": "seen a" },
      { "event_type": "agent_tool_call", "stage": "executing", "arguments": { "x": "b" } },
      { "event_type": "agent_tool_call", "stage": "completed", "result": "seen b" } ],
    "counts": [[{ "event_type": "agent_tool_call", "stage": "progress" }, 2],
               [{ "event_type": "agent_tool_call", "stage": "arguments" }, 3]] } }
]==]
local order, kept = "", nil
tool("note", { parameters = { x = "string" } }, function(args, ctx)
  order = order .. args.x
  ctx.progress("half", 0.5)
  kept = ctx
  return "seen " .. args.x
end)
agent("noter", { tools = { "note" } })

main = procedure("main", {}, function()
  local calls = Noter.turn().tool_calls
  kept.progress("too late") -- The call has ended: nothing follows its end.
  return { order = order, distinct = calls[1].id ~= calls[2].id }
end)
