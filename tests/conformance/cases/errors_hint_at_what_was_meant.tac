--[==[
{ "about": "An error of Lua in a running body says what was probably meant.",
  "runs": [
    { "inputs": { "how": "agent" }, "expect": { "error": { "code": "TAC-LUA", "line": 18, "hint": { "has": "did you mean `Writer`?" } },
        "events": [{ "event_type": "execution_summary", "error_hint": { "has": "did you mean `Writer`?" } }] } },
    { "inputs": { "how": "unknown" }, "expect": { "error": { "code": "TAC-LUA", "line": 19, "hint": { "has": "nothing named `zzzzzzzzzz` is defined" } } } },
    { "inputs": { "how": "sandbox" }, "expect": { "error": { "code": "TAC-LUA", "line": 20, "hint": { "has": "the sandbox has no `io`" } } } },
    { "inputs": { "how": "result" }, "expect": { "error": { "code": "TAC-LUA", "line": 21, "hint": { "has": "the field `text`" } } } },
    { "inputs": { "how": "tool" }, "expect": { "error": { "code": "TAC-TOOL-FAILED", "hint": { "has": "did you mean `Writer`?" } } } },
    { "inputs": { "how": "nothing" }, "expect": { "error": { "code": "TAC-OUTPUT-SCHEMA", "hint": { "has": "is a `return` missing?" } } } } ] }
]==]
agent("writer", { provider = "demo", model = "demo", tools = {} })
local broken = tool("broken", { description = "Fails" }, function() return Wrter.turn("x") end)

main = procedure("main", {
  input = { how = "string" }, output = { text = { type = "string", required = true } },
}, function()
  if input.how == "agent" then return { text = Wrter.turn("x").text } end
  if input.how == "unknown" then return { text = zzzzzzzzzz("x") } end
  if input.how == "sandbox" then return { text = io.open("x") } end
  if input.how == "result" then return { text = "a" .. Writer.turn("x") } end
  if input.how == "tool" then return { text = broken{} } end
end)
