--[==[
{ "about": "An inline tool carries its agent's name; include, exclude, prefix and rename apply in this order; the first of two names wins.",
  "script": [ { "tool_calls": [{ "name": "text_processor_uppercase", "args": { "text": "a" } }] }, "1",
    { "tool_calls": [{ "name": "c_area", "args": {} }, { "name": "sideways", "args": {} }] }, "2", "3", "4", "5" ],
  "expect": { "status": "completed",
    "events": [
      { "event_type": "agent_turn", "agent_name": "text_processor", "tools": ["text_processor_uppercase"] },
      { "event_type": "agent_turn", "agent_name": "chooser", "tools": ["c_area", "sideways", "only_area"] },
      { "event_type": "agent_turn", "agent_name": "chooser", "tools": ["north"] },
      { "event_type": "log", "level": "WARNING", "message": { "has": "offers the tool 'area' twice" } },
      { "event_type": "agent_turn", "agent_name": "chooser", "tools": ["area"] },
      { "event_type": "log", "level": "WARNING", "message": { "has": "'geo' has no tool 'gone' to include" } },
      { "event_type": "agent_turn", "agent_name": "chooser", "tools": [] } ],
    "result": { "called": true, "short": false, "upper": "A", "c_area": "9", "sideways": "up" } } }
]==]
local geo = toolset("geo", { type = "lua", tools = {
  { name = "area", handler = function() return "9" end },
  { name = "north", handler = function() return "up" end },
  { name = "south", handler = function() return "down" end } } })
agent("text_processor", { tools = { { name = "uppercase", parameters = { text = "string" },
  handler = function(args) return args.text:upper() end } } })
agent("chooser", { toolsets = {
  { name = "geo", exclude = { "south" }, prefix = "c_", rename = { north = "sideways" } },
  { name = geo, include = { "area" }, prefix = "only_" } } })

main = procedure("main", {}, function()
  Text_processor.turn()
  Chooser.turn()
  Chooser.turn({ tools = { { name = "geo", include = { "north" } } } })
  Chooser.turn({ tools = { "area", { name = geo, include = { "area" } } } })
  Chooser.turn({ tools = { { name = "geo", include = { "gone" } } } })
  return { called = Tool.called("text_processor_uppercase"), short = Tool.called("uppercase"),
    upper = Tool.last_result("text_processor_uppercase"), c_area = Tool.last_result("c_area"),
    sideways = Tool.last_result("sideways") }
end)
