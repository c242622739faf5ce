--[==[
{
  "about": "error_prompt asks the agent that turned last why it failed: its text is the explanation in the error and the summary; the error stays, also when nobody explains it.",
  "expect": {
    "status": "failed",
    "error": {
      "code": "TAC-LUA",
      "message": {
        "has": "out of paper"
      },
      "explanation": "The printer again."
    },
    "events": [
      {
        "event_type": "procedure_call",
        "name": "sub",
        "stage": "failed",
        "error": {
          "explanation": "It was the printer.",
          "message": {
            "has": "out of ink"
          }
        }
      },
      {
        "event_type": "procedure_call",
        "name": "unexplained",
        "stage": "failed",
        "error": {
          "explanation": null
        }
      },
      {
        "event_type": "log",
        "level": "WARNING",
        "message": {
          "has": "agent 'clerk' did not answer"
        }
      },
      {
        "event_type": "procedure_call",
        "name": "mute",
        "stage": "failed",
        "error": {
          "explanation": null,
          "message": {
            "has": "no more"
          }
        }
      },
      {
        "event_type": "log",
        "message": "It was the printer."
      },
      {
        "event_type": "execution_summary",
        "explanation": "The printer again."
      },
      {
        "event_type": "execution",
        "lifecycle_stage": "error",
        "details": {
          "error": {
            "explanation": "The printer again."
          }
        }
      }
    ]
  }
}
]==]
printer = agent("printer", { provider = "scripted", script = { "a page", { text = "It was the printer.", expect = "What happened to the page?" },
  "another", { text = "The printer again.", expect = "And in main?" } } })
clerk = agent("clerk", { provider = "scripted", retries = 0, script = { "a line", { error = { status = 400, message = "refused" } } } })
error_prompt("And in {context.procedure}?")

procedure("sub", { input = { what = "string" }, error_prompt = "What happened to the {input.what}?" }, function()
  printer.turn()
  error("out of ink")
end)
procedure("unexplained", {}, function() error("before any turn") end)
procedure("mute", {}, function()
  clerk.turn()
  error("no more")
end)

main = procedure("main", {}, function()
  local _, failed = pcall(Procedure.run, "sub", { what = "page" })
  pcall(Procedure.run, "unexplained")
  pcall(Procedure.run, "mute")
  Log.info(failed.explanation)
  printer.turn()
  error("out of paper")
end)
