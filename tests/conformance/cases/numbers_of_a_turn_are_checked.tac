--[==[
{ "about": "A number that cannot be sent is an error; nothing is sent.",
  "script": [],
  "expect": { "result": [
      "turn option 'max_tokens' must be a whole number", "turn option 'max_tokens' must be a finite number",
      "turn option 'seed' must be a whole number", "turn option 'temperature' must be a finite number" ],
    "requests": 0 } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local messages = {}
  for _, options in ipairs({
    { max_tokens = 1e300 },
    { max_tokens = math.huge },
    { seed = 0.5 },
    { temperature = 0 / 0 },
  }) do
    local ok, err = pcall(Writer.turn, options)
    messages[#messages + 1] = ok and "sent" or err.message
  end
  return messages
end)
