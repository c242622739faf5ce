--[==[
{ "about": "Modules must not wait, must not need each other, and stay in the workspace; their errors name their file.",
  "files": {
    "waits.lua": "\nreturn Tools.echo({})", "one.lua": "return require('two')", "two.lua": "\nreturn require('one')",
    "syntax.lua": "\nreturn = 1", "fails.lua": "\n\nerror('broken')", "declares.lua": "\nagent('x', { provder = 'demo' })" },
  "runs": [
    { "inputs": { "name": "waits" }, "expect": { "error": { "code": "TAC-YIELD", "file": "waits.lua", "line": 2 } } },
    { "inputs": { "name": "one" }, "expect": { "error": { "code": "TAC-REQUIRE", "file": "two.lua", "line": 2,
        "message": { "has": "one.lua → two.lua → one.lua" } } } },
    { "inputs": { "name": "syntax" }, "expect": { "error": { "code": "TAC-SYNTAX", "file": "syntax.lua", "line": 2 } } },
    { "inputs": { "name": "fails" }, "expect": { "error": { "code": "TAC-LUA", "file": "fails.lua", "line": 3 } } },
    { "inputs": { "name": "declares" }, "expect": { "error": { "code": "TAC-VALIDATION", "file": "declares.lua", "line": 2 } } },
    { "inputs": { "name": "gone.away" }, "expect": { "error": { "code": "TAC-REQUIRE", "file": "case.tac", "line": 23,
        "message": { "has": "no module 'gone.away'" }, "hint": { "has": "gone/away/init.lua" } } } },
    { "inputs": { "name": "../x" }, "expect": { "error": { "code": "TAC-SANDBOX-DENIED" } } },
    { "inputs": { "name": "/etc/passwd" }, "expect": { "error": { "code": "TAC-SANDBOX-DENIED" } } },
    { "inputs": { "name": "lib/../../x" }, "expect": { "error": { "code": "TAC-SANDBOX-DENIED" } } },
    { "inputs": { "name": "..x" }, "expect": { "error": { "code": "TAC-REQUIRE" } } } ] }
]==]
tool("echo", {}, function() return 1 end)

main = procedure("main", { input = { name = "string" } }, function()
  local value = require(input.name)
  return value
end)
