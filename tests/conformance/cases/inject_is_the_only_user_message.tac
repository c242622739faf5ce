--[==[
{ "about": "An injected message is sent verbatim, without a filler and without templates; a table goes as JSON.",
  "script": [
    { "text": "one", "expect": "\"messages\":[{\"role\":\"user\",\"content\":\"say {input.x}\"}]" },
    { "text": "two", "expect": "{\\\"a\\\":1}" },
    { "text": "three", "expect": "\"messages\":[{\"role\":\"system\",\"content\":\"Be 3.\"},{\"role\":\"user\",\"content\":\"Start with 3.\"}]" } ],
  "inputs": { "x": 3 },
  "expect": { "result": null, "requests": 3 } }
]==]
agent("plain", { tools = {} })
agent("opener", { tools = {}, system_prompt = "Be {input.x}.", initial_message = "Start with {input.x}." })

main = procedure("main", { input = { x = "integer" } }, function()
  Plain.turn("say {input.x}")
  Plain.turn({ inject = { a = 1 } })
  Opener.turn()
end)
