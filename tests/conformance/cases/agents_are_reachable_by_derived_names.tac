--[==[
{ "about": "An agent is one object under all its spellings.",
  "expect": { "result": [true, true, true, true] } }
]==]
local returned = agent("text_processor", { tools = {} })

main = procedure("main", {}, function()
  return { Text_processor == TextProcessor, TextProcessor == text_processor, returned == text_processor,
    Text_processor.name == "text_processor" }
end)
