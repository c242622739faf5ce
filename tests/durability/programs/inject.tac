-- Messages for the next turn of a task that is under way, from the program and from within a step.
agent("worker", { provider = "scripted", tools = {}, script = { "w1", { text = "w2", expect = "second note" }, "w3" } })
procedure("gate", {}, function() Sleep(3600) end)
procedure("job", {}, function()
  Worker.turn("start")
  Procedure.wait_any({ State.get("first") })
  Worker.turn()
  Procedure.wait_any({ State.get("second") })
  Worker.turn()
  local texts = {}
  for i, message in ipairs(Worker.messages) do texts[i] = message.role .. ": " .. message.content end
  return texts
end)

main = procedure("main", {}, function()
  local first, second = Procedure.spawn("gate"), Procedure.spawn("gate")
  State.set("first", first)
  State.set("second", second)
  local job = Procedure.spawn("job")
  checkpoint()
  local given = Procedure.inject(job, "first note")
  Step.run("tell", function() Log.info("ran tell"); Procedure.inject(job, "second note") end)
  Procedure.cancel(first)
  Step.run("tell again", function() Procedure.inject(job, "third note") end)
  checkpoint()
  Procedure.cancel(second)
  local texts = Procedure.wait(job)
  return { given = given, late = Procedure.inject(job, "too late"), texts = texts }
end)
