--[==[
{ "about": "A tool that calls itself without end is an error, long before memory is short.",
  "expect": { "error": { "code": "TAC-DEPTH", "message": { "has": "tools call each other more than 50 deep" } },
    "counts": [[{ "event_type": "agent_tool_call", "stage": "failed" }, 51]] } }
]==]
tool("again", { description = "Calls itself.", parameters = {} }, function()
  return Tools.again({})
end)

main = procedure("main", {}, function()
  return Tools.again({})
end)
