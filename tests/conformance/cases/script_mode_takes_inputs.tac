--[==[
{ "about": "A file without main is its own body; nothing of it runs while loading.",
  "runs": [
    { "inputs": { "name": "Alice" },
      "expect": { "result": { "greeting": "Hello, Alice!" },
                  "counts": [[{ "event_type": "log", "message": "running" }, 1]] } },
    { "expect": { "refused": true, "error": { "code": "TAC-INPUT", "message": { "has": "name" } } } } ] }
]==]
input { name = { type = "string", required = true } }
output { greeting = { type = "string", required = true } }
Log.info("running")
return { greeting = "Hello, " .. input.name .. "!" }
