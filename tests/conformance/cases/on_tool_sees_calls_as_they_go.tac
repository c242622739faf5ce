--[==[
{ "about": "on_tool is told every stage of every call, with deltas where arguments stream; an error in it ends the turn.",
  "script": [
    { "tool_calls": [{ "id": "c1", "name": "look", "args_chunks": ["{\"n\"", ":1}"] }, { "id": "c2", "name": "look", "args": { "n": "many" } }] },
    { "text": "Done." },
    { "tool_calls": [{ "id": "c3", "name": "look", "args": { "n": 2 } }] } ],
  "expect": {
    "result": { "stages": ["started c1 look", "arguments c1 look {\"n\"", "arguments c1 look :1}", "started c2 look", "arguments c2 look {\"n\":\"many\"}",
        "executing c1 look {\"n\":1}", "progress c1 look half 0.5", "completed c1 look found 1", "failed c2 look"],
      "failed": true },
    "events": [{ "event_type": "agent_turn", "turn_id": "t1", "stage": "failed" }] } }
]==]
tool("look", { parameters = { n = "integer" } }, function(args, ctx)
  ctx.progress("half", 0.5)
  return "found " .. args.n
end)
local stages = {}
agent("finder", { tools = { "look" }, on_tool = function(e)
  local parts = { e.stage, e.id, e.name }
  for _, key in ipairs{ "delta", "message", "fraction", "result" } do parts[#parts + 1] = e[key] and tostring(e[key]) end
  if e.args then parts[#parts + 1] = Json.encode(e.args) end
  stages[#stages + 1] = table.concat(parts, " ")
end })

main = procedure("main", {}, function()
  Finder.turn()
  local ok, err = pcall(Finder.turn, { on_tool = function(e) if e.stage == "executing" then error("no more") end end })
  return { stages = stages, failed = not ok and tostring(err):find("no more", 1, true) ~= nil }
end)
