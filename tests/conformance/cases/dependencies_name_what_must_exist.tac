--[==[
{ "about": "tools and procedures named by dependencies exist, else the body does not start.",
  "expect": { "result": { "good": "ran", "tool": "TAC-DEPENDENCY", "procedure": "TAC-DEPENDENCY", "hint": "did you mean 'lookup'?", "ran": 1 } } }
]==]
local ran = 0
local function body()
  ran = ran + 1
  return "ran"
end
tool("lookup", {}, function() return "" end)
local good = procedure("good", { dependencies = { tools = { "lookup", "done" }, procedures = { "tool_less" } } }, body)
local tool_less = procedure("tool_less", { dependencies = { tools = { "lokup" } } }, body)
local alone = procedure("alone", { dependencies = { procedures = { "nobody" }, tools = {} } }, body)

main = procedure("main", {}, function()
  local value = good()
  local _, tool_error = pcall(tool_less)
  local _, procedure_error = pcall(alone)
  return { good = value, tool = tool_error.code, procedure = procedure_error.code, hint = tool_error.hint, ran = ran }
end)
