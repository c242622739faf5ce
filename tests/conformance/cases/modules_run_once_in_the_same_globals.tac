--[==[
{ "about": "A module is a.lua or a/init.lua of the workspace or beside the file; it runs once, shares globals and may declare objects.",
  "script": ["done that"],
  "files": {
    "lib/count.lua": "loads = (loads or 0) + 1\nreturn { next = function() loads = loads + 10 return loads end }",
    "team/init.lua": "local count = require('lib.count')\nagent('helper', { tools = { tool('shout', {}, function() return 'A' end) } })\nreturn { count = count }",
    "late.lua": "return ... == nil and file_local == nil and 'late'" },
  "expect": { "status": "completed",
    "result": { "loads": 1, "same": true, "next": 11, "late": "late", "helper": "done that", "shout": "A", "value": true } } }
]==]
local count = require("lib.count")
local team = require "team"
local file_local = 1

main = procedure("main", {}, function()
  local loaded = loads
  return { loads = loaded, same = team.count == count, next = require("lib/count").next(), late = require("late"),
    helper = Helper.turn("go").text, shout = Tools.shout({}), value = file_local == 1 }
end)
