--[==[
{ "about": "A tool object and Tools.NAME run the handler, are recorded with events, and raise TAC-TOOL codes.",
  "expect": {
    "result": { "a": 6, "b": "6", "fail": "TAC-TOOL-FAILED", "says": true, "count": 3, "ok": false },
    "counts": [[{ "event_type": "agent_tool_call", "stage": "started" }, 3], [{ "event_type": "agent_tool_call", "stage": "failed" }, 1]],
    "events": [{ "event_type": "agent_tool_call", "tool_name": "area", "stage": "progress", "message": "measuring", "parent": null }] } }
]==]
local area = tool("area", { parameters = { w = "number", h = { type = "number", default = 2 } } }, function(args, ctx)
  if args.w < 0 then error("negative width") end
  ctx.progress("measuring")
  return args.w * args.h
end)

main = procedure("main", {}, function()
  local a = area({ w = 3 })
  local b = tostring(Tools.area({ w = "3" }))
  local _, err = pcall(area, { w = -1 })
  return { a = a, b = b, fail = err.code, says = err:find("negative width", 1, true) ~= nil,
    count = Tool.get_call_count("area"), ok = Tool.last_call("area").ok }
end)
