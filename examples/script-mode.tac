-- Script mode: no procedure is declared, the file itself is the program.
-- `input` and `output` describe what goes in and what comes out; `return` gives the result.

input { city = { type = "string", default = "Lisbon", description = "A city to describe" } }
output { line = { type = "string", required = true } }

Guide = agent "guide" {
  system_prompt = "You are a travel guide who is short and kind.",
  tools = {},
}

local result = Guide.turn("In one sentence, describe " .. input.city .. ".")
return { line = result.text }
