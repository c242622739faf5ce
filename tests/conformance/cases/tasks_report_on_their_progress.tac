--[==[
{
  "about": "Procedure.status with report asks a copy of the conversation of the task's last agent, without tools; its history stays as it is. A task that has no agent yet, or has ended, reports nothing.",
  "expect": {
    "result": {
      "early": true,
      "report": "Half way.",
      "default": "Nearly done.",
      "promptless": "Without a prompt.",
      "messages": 4,
      "second": "second",
      "gone": true,
      "misspelt": "TAC-OPTION",
      "no_table": "TAC-OPTION"
    },
    "events": [
      {
        "event_type": "log",
        "level": "DEBUG",
        "message": {
          "has": "the task 'job' has no agent"
        }
      },
      {
        "event_type": "agent_turn",
        "agent_name": "worker",
        "stage": "started",
        "tools": [
          "lookup"
        ]
      },
      {
        "event_type": "agent_turn",
        "agent_name": "worker",
        "stage": "started",
        "tools": []
      },
      {
        "event_type": "agent_turn",
        "agent_name": "worker",
        "stage": "completed"
      },
      {
        "event_type": "agent_turn",
        "agent_name": "worker",
        "stage": "started",
        "tools": [
          "lookup"
        ]
      }
    ],
    "counts": [
      [
        {
          "event_type": "agent_turn",
          "agent_name": "worker",
          "stage": "completed"
        },
        3
      ]
    ]
  }
}
]==]
tool("lookup", { parameters = {} }, function() return "found" end)
agent("worker", { provider = "scripted", system_prompt = "You make {input.what} with {prepared.with}.", prepare = function() return { with = "milk" } end,
  tools = { "lookup" }, max_turns = 2, script = { "first",
    { text = "Half way.", expect = "How far with tea?" }, { text = "second", expect = "You make tea with milk." } } })
agent("plain", { provider = "scripted", tools = {}, system_prompt = function() return nil end, script = {
  "first", { text = "Nearly done.", expect = "Briefly describe your current progress and remaining work." },
  { text = "Without a prompt.", expect = '"messages":[{"role":"user"' } } })

-- The gates are tasks that sleep until they are cancelled.
procedure("gate", {}, function() Sleep("1h") end)
procedure("job", { input = { what = "string" }, status_prompt = "How far with {input.what}?" }, function()
  Procedure.wait_any({ State.get("begin") })
  Worker.turn()
  Procedure.cancel(State.get("begun"))
  Procedure.wait_any({ State.get("go") })
  return { text = Worker.turn("Go on.").text, messages = #Worker.messages }
end)
procedure("other", {}, function()
  Plain.turn()
  Procedure.cancel(State.get("turned"))
  Procedure.wait_any({ State.get("go") })
end)

main = procedure("main", {}, function()
  for _, name in ipairs({ "begin", "begun", "turned", "go" }) do State.set(name, Procedure.spawn("gate")) end
  local job, other = Procedure.spawn("job", { what = "tea" }), Procedure.spawn("other")
  local early = Procedure.status(job, { report = true }).report == nil
  Procedure.cancel(State.get("begin"))
  Procedure.wait_any({ State.get("begun") })
  Procedure.wait_any({ State.get("turned") })
  local report, default = Procedure.status(job, { report = true }).report, Procedure.status(other, { report = true }).report
  local promptless = Procedure.status(other, { report = true }).report
  local _, misspelt = pcall(Procedure.status, job, { reprot = true })
  local _, no_table = pcall(Procedure.status, job, true)
  Procedure.cancel(State.get("go"))
  local done = Procedure.wait(job)
  return { early = early, report = report, default = default, promptless = promptless, messages = done.messages, second = done.text,
    gone = Procedure.status(job, { report = true }).report == nil, misspelt = misspelt.code, no_table = no_table.code }
end)
