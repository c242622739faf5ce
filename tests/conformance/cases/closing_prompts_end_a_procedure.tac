--[==[
{
  "about": "return_prompt gives the agent that turned last one more turn without tools: a summary, which is the missing result, too.",
  "expect": {
    "result": {
      "sub": "Done in short.",
      "checked": {
        "n": 3
      },
      "messages": 6
    },
    "events": [
      {
        "event_type": "procedure_call",
        "name": "sub",
        "stage": "completed",
        "summary": "Done in short.",
        "result": "Done in short."
      },
      {
        "event_type": "procedure_call",
        "name": "checked",
        "stage": "completed",
        "summary": "It was 3.",
        "result": {
          "n": 3
        }
      },
      {
        "event_type": "procedure_call",
        "name": "quiet",
        "stage": "completed",
        "summary": null
      },
      {
        "event_type": "agent_turn",
        "agent_name": "worker",
        "stage": "started",
        "tools": []
      },
      {
        "event_type": "execution_summary",
        "summary": "All well."
      },
      {
        "event_type": "execution",
        "lifecycle_stage": "complete",
        "details": {
          "summary": "All well."
        }
      }
    ],
    "counts": [
      [
        {
          "event_type": "agent_turn",
          "stage": "started"
        },
        6
      ]
    ]
  }
}
]==]
worker = agent("worker", { provider = "scripted", max_turns = 1, script = { "one", { text = "Done in short.", expect = "Summarise for Ada" },
  "two", { text = "It was 3.", expect = "Was it 3?" }, "three", { text = "All well.", expect = "And all?" } } })
return_prompt("And all?")

procedure("sub", { input = { who = "string" }, return_prompt = "Summarise for {input.who}" }, function() worker.turn() end)
procedure("checked", { output = { n = "integer" }, return_prompt = "Was it {output.n}?" }, function()
  worker.turn()
  return { n = 3, more = true }
end)
procedure("quiet", {}, function() end)

main = procedure("main", {}, function()
  local sub = Procedure.run("sub", { who = "Ada" })
  local checked = Procedure.run("checked")
  local quiet = Procedure.run("quiet")
  worker.turn()
  return { sub = sub, checked = checked, quiet = quiet, messages = #worker.messages - 4 }
end)
