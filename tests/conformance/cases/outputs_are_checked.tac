--[==[
{ "about": "The return value is checked against the output schema with all violations.",
  "runs": [
    { "inputs": { "how": "wrong" },
      "expect": { "error": { "code": "TAC-OUTPUT-SCHEMA", "message": { "has": "mood" }, "hint": { "any": true } },
        "events": [{ "event_type": "execution_summary", "error_code": "TAC-OUTPUT-SCHEMA", "error_message": { "has": "count" } }] } },
    { "inputs": { "how": "more" },
      "expect": { "result": { "mood": "calm", "count": 3, "unit": "m" },
        "events": [{ "event_type": "log", "level": "DEBUG", "message": { "has": "extra" } }] } },
    { "inputs": { "how": "text" }, "expect": { "error": { "code": "TAC-OUTPUT-SCHEMA", "line": 14 } } },
    { "inputs": { "how": "nested" }, "expect": { "result": { "mood": "busy", "count": 0, "unit": "m" } } } ] }
]==]
local nothing = procedure("nothing", function() return nil end)
main = procedure("main", {
  input = { how = "string" },
  output = {
    mood = { type = "string", required = true, enum = { "calm", "busy" } },
    count = { type = "integer", required = true },
    unit = { type = "string", default = "m" },
  },
}, function()
  if input.how == "wrong" then return { mood = "angry", count = "three" } end
  if input.how == "more" then return { mood = "calm", count = 3.0, extra = true } end
  if input.how == "text" then return "calm" end
  assert(nothing() == nil)
  return { mood = "busy", count = 0 }
end)
