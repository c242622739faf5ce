--[==[
{ "about": "A misspelt key is a warning that names the right one, in the run log too.",
  "expect": { "result": null,
    "events": [{ "event_type": "log", "level": "WARNING", "message": { "has": "did you mean `provider`?" }, "context": { "line": 6 } }] } }
]==]
agent("writer", { provder = "openai", tools = {} })
main = procedure("main", {}, function() end)
