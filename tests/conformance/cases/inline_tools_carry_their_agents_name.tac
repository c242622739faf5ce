--[==[
{ "about": "An inline tool t of agent a is exposed and recorded as a_t.",
  "script": [{ "tool_calls": [{ "name": "text_processor_uppercase", "args": { "text": "abc" } }] }, "Done."],
  "expect": { "result": { "called": true, "short": false, "value": "ABC" },
    "events": [{ "event_type": "agent_turn", "tools": ["text_processor_uppercase"] },
      { "event_type": "agent_tool_call", "tool_name": "text_processor_uppercase", "stage": "progress", "agent_name": "text_processor", "parent": null }] } }
]==]
agent("text_processor", { tools = { { name = "uppercase", parameters = { text = "string" },
  handler = function(args, ctx)
    ctx:progress("working")
    return args.text:upper()
  end } } })

main = procedure("main", {}, function()
  Text_processor.turn()
  return { called = Tool.called("text_processor_uppercase"), short = Tool.called("uppercase"),
    value = Tool.last_result("text_processor_uppercase") }
end)
