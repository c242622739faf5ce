--[==[
{ "about": "An unresolved name is a warning of the check and an error of the turn that needs it.",
  "script": ["1"],
  "runs": [
    { "inputs": { "who": "list" }, "expect": { "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "agent 'list' lists the tool 'aera'" },
        "hint": { "has": "'area'" } }, "requests": 0,
        "events": [{ "event_type": "log", "level": "WARNING", "context": { "code": "TAC-TOOL-NOT-FOUND" }, "message": { "has": "'aera'" } }] } },
    { "inputs": { "who": "filtered" }, "expect": { "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "toolset 'narrow' lists the tool 'nothing'" } } } },
    { "inputs": { "who": "remote" }, "expect": { "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "MCP server 'nowhere'" } } } },
    { "inputs": { "who": "raising" }, "expect": { "error": { "code": "TAC-LUA", "message": { "has": "no choice" } } } },
    { "inputs": { "who": "waiting" }, "expect": { "error": { "code": "TAC-YIELD" } } },
    { "inputs": { "who": "direct" }, "expect": { "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "no tool 'gone'" } } } } ] }
]==]
tool("area", {}, function() return "1" end)
toolset("narrow", { type = "filtered", source = "nothing", pattern = "x" })
toolset("server", { type = "mcp", server = "nowhere" })
toolset("throws", { type = "filtered", source = "area", filter = function() error("no choice") end })
toolset("waits", { type = "filtered", source = "area", filter = function() return Tools.area({}) end })
local agents = {
  list = agent("list", { tools = { "aera" } }),
  filtered = agent("filtered", { tools = { "narrow" } }),
  remote = agent("remote", { tools = { "server" } }),
  raising = agent("raising", { tools = { "throws" } }),
  waiting = agent("waiting", { tools = { "waits" } }),
}

main = procedure("main", { input = { who = "string" } }, function()
  if input.who == "direct" then return Tools.gone({}) end
  return agents[input.who].turn().text
end)
