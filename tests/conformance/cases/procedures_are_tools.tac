--[==[
{ "about": "A procedure in a tool list is called with its input schema, nested under the call; Tools.f runs it too.",
  "script": [{ "tool_calls": [{ "name": "double", "args": { "n": "4" } }] }, { "text": "Eight.", "expect": "{\\\"n\\\":8}" }],
  "expect": {
    "result": { "model": { "n": 8 }, "program": { "n": 10 }, "count": 2, "missing": "TAC-TOOL-NOT-FOUND", "wrong": "TAC-TOOL-ARGS" },
    "events": [
      { "event_type": "agent_tool_call", "tool_name": "double", "stage": "executing" },
      { "event_type": "procedure_call", "name": "double", "stage": "started", "parent": "call_script_1_1", "inputs": { "n": 4 } },
      { "event_type": "procedure_call", "name": "double", "stage": "completed" },
      { "event_type": "agent_tool_call", "tool_name": "double", "stage": "completed", "result": { "n": 8 } },
      { "event_type": "agent_tool_call", "tool_name": "double", "stage": "executing", "tool_call_id": "x1" },
      { "event_type": "procedure_call", "name": "double", "stage": "started", "parent": "x1" },
      { "event_type": "agent_tool_call", "tool_name": "double", "stage": "completed", "tool_call_id": "x1" } ] } }
]==]
procedure("double", { description = "Doubles", input = { n = { type = "integer", required = true } } }, function()
  return { n = input.n * 2 }
end)
agent("calculator", { tools = { "double" } })

main = procedure("main", {}, function()
  Calculator.turn("Double 4")
  local model = Tool.last_result("double")
  local program = Tools.double({ n = 5 })
  local _, missing = pcall(function() return Tools.duble({}) end)
  local _, wrong = pcall(Tools.double, {})
  return { model = model, program = program, count = Tool.get_call_count("double"), missing = missing.code, wrong = wrong.code }
end)
