--[==[
{ "about": "What error() is given reaches whoever catches it, also through procedures, steps, files and tasks; uncaught it is told as text.",
  "files": { "lib/fails.tac": "main = procedure('main', {}, function() error({ code = 'MINE', list = { 1, 2 } }) end)\n" },
  "runs": [
    { "inputs": { "how": "caught" },
      "expect": { "result": {
        "call": { "code": "MINE", "n": 1 }, "step": { "code": "MINE", "n": 2 }, "file": { "code": "MINE", "list": [1, 2] }, "task": { "code": "MINE", "n": 3 },
        "number": 42, "nothing": "nil", "text": true, "retry": "Retry failed after 2 attempts: no luck", "cause": { "message": "no luck" },
        "on_error": { "message": "no luck" }, "tool": "TAC-TOOL-FAILED", "told": true } } },
    { "inputs": { "how": "table" }, "expect": { "error": { "code": "TAC-LUA", "message": "{\"n\":1}", "raised": { "n": 1 } } } },
    { "inputs": { "how": "message" }, "expect": { "error": { "code": "TAC-LUA", "message": "out of ink", "raised": { "ink": 0 } } } },
    { "inputs": { "how": "prints" }, "expect": { "error": { "code": "TAC-LUA", "message": "I print" } } },
    { "inputs": { "how": "nothing" }, "expect": { "error": { "code": "TAC-LUA", "message": "nil" } } } ] }
]==]
local raise = procedure("raise", {}, function() error({ code = "MINE", n = input.n }) end)
local number = procedure("number", {}, function() error(42) end)
local nothing = procedure("nothing", {}, function() error() end)
local text = procedure("text", {}, function() error("plain") end)
tool("fails", { parameters = {} }, function() error({ message = "out of ink" }) end)

local function caught(f, ...) return (select(2, pcall(f, ...))) end

main = procedure("main", { input = { how = "string" } }, function()
  if input.how == "table" then error({ n = 1 }) end
  if input.how == "message" then error({ message = "out of ink", ink = 0 }) end
  if input.how == "prints" then error(setmetatable({}, { __tostring = function() return "I print" end })) end
  if input.how == "nothing" then error() end
  local on_error
  local retried = caught(Retry.with_backoff, function() error({ message = "no luck" }) end,
    { max_attempts = 2, initial_delay = 0, on_error = function(e) on_error = e.error end })
  local failed = caught(Tools.fails, {})
  return {
    call = caught(raise, { n = 1 }), step = caught(Step.run, "s", function() error({ code = "MINE", n = 2 }) end),
    file = caught(Procedure.run, "lib/fails"), task = caught(Procedure.wait, Procedure.spawn("raise", { n = 3 })),
    number = caught(number), nothing = tostring(caught(nothing)), text = caught(text):find("plain", 1, true) ~= nil,
    retry = retried.message, cause = retried.cause, on_error = on_error,
    tool = failed.code, told = failed:find("out of ink", 1, true) ~= nil,
  }
end)
