--[==[
{ "about": "tool_paths of the configuration name Lua files whose tools are the set `plugin`.",
  "config": "tool_paths: [tools]\n",
  "files": {
    "tools/geo.lua": "local unit = 'm'\nlocal function area(args) return args.w * args.h .. unit end\nreturn {\n  { name = 'area', description = 'Area', parameters = { w = 'number', h = 'number' }, handler = area },\n  { name = 'leak', handler = function() leaked = 'own'; return tostring(os.exit) .. tostring(input.what) end } }",
    "tools/_hidden.lua": "error('nobody loads this')",
    "tools/notes.txt": "no plugin" },
  "runs": [
    { "about": "offered to agents that list none, by the name of the set and by their own",
      "script": [ { "tool_calls": [{ "name": "area", "args": { "w": 2, "h": "3" } }] }, { "text": "So be it.", "expect": "6m" },
                  { "text": "All." }, { "text": "One." } ],
      "inputs": { "what": "turns" },
      "expect": {
        "result": { "text": "So be it.", "last": "6m" },
        "events": [
          { "event_type": "agent_turn", "stage": "started", "tools": ["area", "leak", "done"] },
          { "event_type": "agent_tool_call", "tool_name": "area", "stage": "completed", "result": "6m" },
          { "event_type": "agent_turn", "stage": "started", "tools": ["area", "leak"] },
          { "event_type": "agent_turn", "stage": "started", "tools": ["leak"] } ] } },
    { "about": "called by the program; what a plugin keeps is its own, and it is in the sandbox",
      "inputs": { "what": "call" },
      "expect": { "result": { "area": "10m", "leak": "nilcall", "leaked": true } } },
    { "about": "[] in a sidecar takes them away",
      "files": { "case.tac.yml": "tool_paths: []\n", "tools/geo.lua": "return { { name = 'area', handler = print } }" }, "inputs": { "what": "call" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-NOT-FOUND", "message": { "has": "'area'" } } } },
    { "about": "and + adds to them",
      "files": { "case.tac.yml": "tool_paths+: [more.lua]\n", "more.lua": "return { { name = 'north', handler = function() return '0' end } }",
                 "tools/geo.lua": "local unit = 'm'\nlocal function area(args) return args.w * args.h .. unit end\nreturn {\n  { name = 'area', description = 'Area', parameters = { w = 'number', h = 'number' }, handler = area },\n  { name = 'leak', handler = function() leaked = 'own'; return tostring(os.exit) .. tostring(input.what) end } }" }, "inputs": { "what": "north" },
      "expect": { "result": { "north": "0", "area": "1m" } } },
    { "about": "a plugin that is no program",
      "files": { "tools/geo.lua": "return {" }, "inputs": { "what": "call" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "the plugin 'tools/geo.lua' cannot be used" }, "file": "tools/geo.lua" } } },
    { "about": "one that returns no tools",
      "files": { "tools/geo.lua": "x = 1" }, "inputs": { "what": "call" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "it returns nothing" }, "hint": { "has": "handler" } } } },
    { "about": "one that waits while it is loaded",
      "files": { "tools/geo.lua": "Sleep(1)" }, "inputs": { "what": "call" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN" } } },
    { "about": "paths that lead nowhere are a warning where everything is offered",
      "config": "tool_paths: [nowhere]\n", "script": ["So be it.", "All.", "One."], "inputs": { "what": "all" },
      "expect": { "result": "So be it.",
        "events": [{ "event_type": "log", "level": "WARNING", "message": { "has": "there is no plugin 'nowhere'; its tools are left out" }, "context": { "code": "TAC-TOOL-PLUGIN" } },
                   { "event_type": "agent_turn", "stage": "started", "tools": ["done"] }] } } ] }
]==]
agent("anything", {})
agent("whole", { tools = { "plugin" } })
agent("single", { tools = { "leak" } })

main = procedure("main", { input = { what = "string" } }, function()
  if input.what == "call" then
    return { area = Tools.area{ w = 2, h = 5 }, leak = Tools.leak{}, leaked = leaked == nil }
  elseif input.what == "north" then
    return { north = Tools.north{}, area = Tools.area{ w = 1, h = 1 } }
  end
  local text = Anything.turn().text
  if input.what == "all" then return text end
  Whole.turn()
  Single.turn()
  return { text = text, last = Tool.last_result("area") }
end)
