--[==[
{ "about": "providers.NAME.settings are the lowest settings of a request.",
  "config": "    settings: {temperature: 0.25, max_tokens: 77}\n",
  "script": [{ "text": "One.", "expect": "\"temperature\":0.25" },
             { "text": "Two.", "expect": "\"temperature\":0.75" }],
  "expect": { "result": "Two.", "requests": 2 } }
]==]
agent("a", { tools = {} })
agent("b", { tools = {}, temperature = 0.75 })

main = procedure("main", {}, function()
  A.turn()
  return B.turn().text
end)
