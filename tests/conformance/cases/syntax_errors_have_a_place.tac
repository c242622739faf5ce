--[==[
{ "about": "A syntax error is told with its line before anything runs.",
  "expect": { "refused": true, "error": { "code": "TAC-SYNTAX", "file": "case.tac", "line": 6 } } }
]==]
main = procedure("main", {}, function()
  local x = = 1
end)
