--[==[
{ "about": "Toolsets of the file and of the configuration filter and combine others; Toolset.* makes objects for lists.",
  "script": ["1", "2", "3", "4", "5"],
  "config": "toolsets:\n  northern: {type: filtered, source: geo, pattern: '^north'}\n  all_geo: {type: combined, sources: [northern, absent, {name: geo, include: [south], prefix: x_}]}\n",
  "expect": { "status": "completed",
    "events": [
      { "event_type": "agent_turn", "agent_name": "a", "tools": ["north"] },
      { "event_type": "log", "level": "WARNING", "message": { "has": "toolset 'all_geo' does without 'absent'" } },
      { "event_type": "agent_turn", "agent_name": "a", "tools": ["north", "x_south"] },
      { "event_type": "agent_turn", "agent_name": "a", "tools": ["south", "helper"] },
      { "event_type": "agent_turn", "agent_name": "a", "tools": ["x_south"] } ],
    "result": { "printed": "toolset geo", "geo": ["north", "south"], "both": ["north", "x_south"], "mine": ["sole"],
      "picked": ["south"], "gone": "TAC-TOOL-NOT-FOUND" } } }
]==]
local geo = toolset("geo", { tools = {
  { name = "north", handler = function() return "up" end }, { name = "south", handler = function() return "down" end } } })
toolset("southern", { type = "filtered", source = "geo", filter = function(name) return name == "south" end })
local helper = procedure("helper", { input = { n = "integer" } }, function() return input.n end)
agent("a", { tools = { "northern" } })

main = procedure("main", {}, function()
  A.turn()
  A.turn({ toolsets = { Toolset.get("all_geo") } })
  A.turn({ toolsets = { Toolset.combine("southern", helper) } })
  A.turn({ tools = { "x_south" } })
  local ok, problem = pcall(Toolset.get, "geoo")
  return { printed = tostring(Toolset.get("geo")), geo = geo.tools, both = Toolset.get("all_geo").tools,
    mine = Toolset.define("mine", { type = "lua", tools = { { name = "sole", handler = function() end } } }).tools,
    picked = Toolset.filter(geo, function(name) return name:find("south") end).tools, gone = problem.code }
end)
