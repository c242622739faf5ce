--[==[
{ "about": "A reply with neither text nor calls is requested once more, and only once.",
  "script": [{ "text": "" }, { "text": "Now." }, { "text": "" }, { "text": "" }],
  "expect": { "result": ["Now.", 2, "", 2], "requests": 4 } }
]==]
agent("shy", { tools = {} })

main = procedure("main", {}, function()
  local first, second = Shy.turn(), Shy.turn()
  return { first.text, first.requests, second.text, second.requests }
end)
