--[==[
{ "about": "A guard that gives false ends the call with its reason; the body does not run.",
  "runs": [
    { "inputs": { "age": 20 }, "expect": { "result": "welcome" } },
    { "inputs": { "age": 10 }, "expect": { "error": { "code": "TAC-GUARD", "message": "too young" }, "never": [{ "event_type": "log", "message": "body" }] } } ] }
]==]
main = procedure("main", {
  input = { age = { type = "integer", required = true } },
  guards = { function() return true end, function() return input.age >= 18, "too young" end },
}, function()
  Log.info("body")
  return "welcome"
end)
