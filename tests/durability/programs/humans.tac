-- Humans, asked by main, by a handler and by a task while another one works.
hitl("go", { type = "approval", message = "Go on?" })
tool("ask_boss", { parameters = {} }, function()
  Log.info("ran ask_boss")
  return tostring((Human.approve{ message = "Boss?" }))
end)
agent("clerk", { provider = "scripted", tools = { "ask_boss" }, script = {
  { text = "I ask.", tool_calls = { { name = "ask_boss", args = {} } } }, { text = "Granted.", expect = "true" } } })
local paint = procedure("paint", {}, function()
  return Human.input{ message = "Which colour?" } .. Clerk.turn("again").text
end)
main = procedure("main", {}, function()
  local go = Human.approve("go")
  local task = Procedure.spawn("paint")
  local clerk = Clerk.turn("ask").text
  local review = Human.review{ artifact = "x", options = { "Approve", "hold" } }
  local late, timed_out = Human.input{ message = "Still there?", timeout = 0.000001, default = "nobody" }
  return { go = go, clerk = clerk, colour = Procedure.wait(task), review = review.decision, at = review.responded_at ~= nil,
    late = late ~= nil, timed_out = timed_out ~= nil }
end)
