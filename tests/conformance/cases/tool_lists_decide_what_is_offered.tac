--[==[
{ "about": "Both keys absent: the configuration's list, else everything and done; a list exactly; a turn's list instead.",
  "script": ["1", "2", "3", "4", "5", "6"],
  "runs": [
    { "expect": { "events": [
      { "event_type": "agent_turn", "agent_name": "all", "tools": ["area", "area2", "done"] },
      { "event_type": "agent_turn", "agent_name": "none", "tools": [] },
      { "event_type": "agent_turn", "agent_name": "all", "tools": [] },
      { "event_type": "agent_turn", "agent_name": "own", "tools": ["own_north", "area2", "done"] },
      { "event_type": "agent_turn", "agent_name": "own", "tools": ["own_north"] },
      { "event_type": "agent_turn", "agent_name": "own", "tools": ["area2"] } ] } },
    { "config": "default_toolsets: [done]\n",
      "expect": { "events": [
        { "event_type": "agent_turn", "agent_name": "all", "tools": ["done"] },
        { "event_type": "agent_turn", "agent_name": "none", "tools": [] } ] } },
    { "config": "default_toolsets: [geo]\n",
      "expect": { "events": [{ "event_type": "agent_turn", "agent_name": "all", "tools": ["area2"] }] } },
    { "config": "default_toolsets: [gone]\n", "expect": { "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "gone" } } } } ] }
]==]
tool("area", {}, function() return "1" end)
toolset("geo", { type = "lua", tools = { { name = "area2", parameters = {}, handler = function() return "4" end } } })
agent("all", {})
agent("none", { tools = {} })
agent("own", { tools = { { name = "north", handler = function() return "0" end } }, toolsets = { "geo", "done" } })

main = procedure("main", {}, function()
  All.turn()
  None.turn()
  All.turn({ tools = {} })
  Own.turn()
  Own.turn({ tools = { "north" } })
  Own.turn({ toolsets = { "geo" } })
end)
