--[==[
{ "about": "A misspelt key is a warning that names the right one.",
  "expect": { "result": null,
    "events": [{ "event_type": "log", "level": "WARNING", "message": { "has": "provder" }, "context": { "line": 6 } }] } }
]==]
agent("writer", { provder = "openai", tools = {} })
main = procedure("main", {}, function() end)
