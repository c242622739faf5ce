--[==[
{ "about": "A filter function that raises, or returns no messages, fails the turn and leaves the history alone.",
  "expect": { "result": { "raised": "mine", "wrong": "a history filter of agent 'b': it must return a list of messages",
    "role": "a history filter of agent 'c': [1]: a message cannot have the role 'boss'", "history": 0 } } }
]==]
agent("a", { provider = "scripted", tools = {}, script = { "x" }, filter = function() error("mine", 0) end })
agent("b", { provider = "scripted", tools = {}, script = { "x" }, filter = function() return 5 end })
agent("c", { provider = "scripted", tools = {}, script = { "x" }, filter = function() return { { role = "boss", content = "x" } } end })

main = procedure("main", {}, function()
  local _, raised = pcall(A.turn)
  local _, wrong = pcall(B.turn)
  local _, role = pcall(C.turn)
  return { raised = raised.message, wrong = wrong.message, role = role.message, history = #A.messages }
end)
