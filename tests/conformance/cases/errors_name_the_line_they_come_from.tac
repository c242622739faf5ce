--[==[
{ "about": "An uncaught error is told with code, file and line, through nested procedures.",
  "runs": [
    { "inputs": { "how": "raise" }, "expect": { "error": { "code": "TAC-LUA", "message": { "has": "boom" }, "file": "case.tac", "line": 15 },
        "events": [{ "event_type": "procedure_call", "name": "inner", "stage": "failed", "error": { "line": 15 } },
          { "event_type": "execution_summary", "error_code": "TAC-LUA", "error_line": 15, "exit_code": 1, "traceback": { "has": "case.tac" } },
          { "event_type": "execution", "lifecycle_stage": "error", "exit_code": 1 }] } },
    { "inputs": { "how": "index" }, "expect": { "error": { "code": "TAC-LUA", "line": 16 } } },
    { "inputs": { "how": "input" }, "expect": { "error": { "code": "TAC-INPUT", "line": 21, "message": { "has": "missing required input: w" } } } },
    { "inputs": { "how": "stage" }, "expect": { "error": { "code": "TAC-STAGE", "line": 17 } } } ] }
]==]
local inner = procedure("inner", {
  input = { how = "string", w = { type = "number", required = true } },
}, function()
  if input.how == "raise" then error("boom") end
  if input.how == "index" then local t = nil; return t.x end
  Stage.advance()
end)

local outer = procedure("outer", {}, function()
  return inner({ how = input.how, w = input.how ~= "input" and 1 or nil })
end)

main = procedure("main", { input = { how = "string" } }, function() return outer({ how = input.how }) end)
