--[==[
{
  "about": "Procedure.inject puts a user message into the next turn of any agent of a task, before what that turn says itself; a task that has ended takes none.",
  "expect": {
    "result": {
      "given": true,
      "late": false,
      "no_text": "TAC-OPTION",
      "no_task": "TAC-OPTION",
      "stays": [
        "user: Begin.",
        "assistant: one",
        "user: Be quick.",
        "user: And kind.",
        "assistant: two",
        "user: Now say it.",
        "assistant: three"
      ]
    },
    "counts": [
      [
        {
          "event_type": "agent_turn",
          "stage": "completed"
        },
        3
      ]
    ]
  }
}
]==]
agent("worker", { provider = "scripted", tools = {}, script = { "one", { text = "two", expect = "And kind." }, "three" } })
procedure("gate", {}, function() Sleep("1h") end)
procedure("job", {}, function()
  Worker.turn("Begin.")
  Procedure.wait_any({ State.get("go") })
  Worker.turn()
  Worker.turn("Now say it.")
  local texts = {}
  for i, message in ipairs(Worker.messages) do texts[i] = message.role .. ": " .. message.content end
  return texts
end)

main = procedure("main", {}, function()
  local go = Procedure.spawn("gate")
  State.set("go", go)
  local job = Procedure.spawn("job")
  local given = Procedure.inject(job, "Be quick.") and Procedure.inject(job, "And kind.")
  local _, no_text = pcall(Procedure.inject, job)
  local _, no_task = pcall(Procedure.inject, { id = "nobody" }, "Hello?")
  Procedure.cancel(go)
  local stays = Procedure.wait(job)
  return { given = given, late = Procedure.inject(job, "Too late."), stays = stays, no_text = no_text.code, no_task = no_task.code }
end)
