--[==[
{ "about": "A key of an agent that looks like a misspelt one is refused, naming the right one.",
  "expect": { "refused": true,
    "error": { "code": "TAC-VALIDATION", "message": { "has": "has no provider" }, "line": 6, "hint": { "has": "write `provider` instead of `provder`" } } } }
]==]
agent("writer", { provder = "openai", tools = {} })
main = procedure("main", {}, function() end)
