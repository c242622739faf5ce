--[==[
{ "about": "What a file requires at its top level is checked with it: nothing runs when the module is wrong.",
  "runs": [
    { "files": { "lib.lua": "\n\nAgent.turn()\n" }, "expect": { "refused": true, "error": { "code": "TAC-LUA", "file": "lib.lua", "line": 3 } } },
    { "files": { "lib.lua": "\nlocal t = Tools.echo({})" }, "expect": { "refused": true, "error": { "code": "TAC-PHASE", "file": "lib.lua", "line": 2 } } },
    { "files": { "lib.lua": "\nagent('a', { provder = 'demo' })" }, "expect": { "refused": true, "error": { "code": "TAC-VALIDATION", "file": "lib.lua", "line": 2 } } },
    { "files": { "lib.lua": "\nif" }, "expect": { "refused": true, "error": { "code": "TAC-SYNTAX", "file": "lib.lua", "line": 2 } } },
    { "files": { "lib.lua": "\u001bLua" }, "expect": { "refused": true, "error": { "code": "TAC-SYNTAX" } } },
    { "expect": { "refused": true, "error": { "code": "TAC-REQUIRE", "file": "case.tac", "line": 11 } } } ] }
]==]
local lib = require("lib")

main = procedure("main", {}, function() return lib end)
