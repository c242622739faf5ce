-- Closing prompts: a summary, a missing result, an explanation, a report on a task that goes on.
agent("clerk", { provider = "scripted", tools = {}, script = {
  "one", { text = "In short.", expect = "Sum up 3" }, "two", { text = "Out of ink.", expect = "Why?" },
  "three", { text = "All in all.", expect = "And in the end?" } } })
agent("worker", { provider = "scripted", tools = {}, script = { "w1", { text = "Half way.", expect = "How far with tea?" }, { text = "w2", expect = "go on" } } })

procedure("gate", {}, function() Sleep(3600) end)
procedure("brief", { input = { n = "number" }, return_prompt = "Sum up {input.n}" }, function() Clerk.turn() end)
procedure("fails", { error_prompt = "Why?" }, function()
  Clerk.turn()
  Step.run("mark", function() Log.info("ran mark") end)
  error("no page")
end)
procedure("job", { input = { what = "string" }, status_prompt = "How far with {input.what}?" }, function()
  Worker.turn()
  Procedure.cancel(State.get("ready"))
  Procedure.wait_any({ State.get("gate") })
  return { text = Worker.turn("go on").text, messages = #Worker.messages }
end)

main = procedure("main", { return_prompt = "And in the end?" }, function()
  local gate, ready = Procedure.spawn("gate"), Procedure.spawn("gate")
  State.set("gate", gate)
  State.set("ready", ready)
  local job = Procedure.spawn("job", { what = "tea" })
  local brief = Procedure.run("brief", { n = 3 })
  local _, failed = pcall(Procedure.run, "fails")
  Procedure.wait_any({ ready })
  local told = Procedure.status(job, { report = true }).report
  checkpoint()
  Procedure.cancel(gate)
  local done = Procedure.wait(job)
  Clerk.turn()
  return { brief = brief, why = failed.explanation, told = told, done = done, messages = #Clerk.messages }
end)
