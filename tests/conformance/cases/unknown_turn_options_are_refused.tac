--[==[
{ "about": "A misspelt option is an error that names the right one; nothing is sent.",
  "script": [],
  "expect": { "result": ["TAC-OPTION", "unknown turn option 'temprature'; did you mean 'temperature'?", "case.tac", 11],
    "requests": 0, "never": [{ "event_type": "agent_turn" }] } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local ok, err = pcall(function()
    Writer.turn({ temprature = 1 })
  end)
  return { err.code, err.message, err.file, err.line }
end)
