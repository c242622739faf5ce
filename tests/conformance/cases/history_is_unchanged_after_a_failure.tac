--[==[
{ "about": "A failed turn leaves the history as before; the tool calls that ran stay recorded.",
  "script": ["First.", { "tool_calls": [{ "name": "note", "args": {} }] }, { "error": { "status": 400 } },
             { "text": "Third.", "expect": "First.\"},{\"role\":\"user\",\"content\":\"third\"" }],
  "expect": { "result": [2, 1, true, "Third.", 4], "requests": 4 } }
]==]
tool("note", {}, function() return "noted" end)
agent("writer", { tools = { "note" } })

main = procedure("main", {}, function()
  Writer.turn("first")
  local ok = pcall(Writer.turn, "second")
  local kept, calls, last = #Writer.messages, Tool.get_call_count("note"), Writer.content == "First."
  local text = Writer.turn("third").text
  assert(not ok)
  return { kept, calls, last, text, #Writer.messages }
end)
