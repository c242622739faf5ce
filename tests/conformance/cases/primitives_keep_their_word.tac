--[==[
{ "about": "Tool, Stop, Iterations and Stage, also called with a colon, and their errors.",
  "script": ["one", "two"],
  "expect": {
    "result": {
      "stop": [false, true, "enough", false, "nil"], "iterations": [0, 2, true, 3, 0],
      "stages": ["TAC-STAGE", "draft", "edit", true, "nil", 3, 3, "draft", 0, "TAC-STAGE", "Invalid stage 'gone'. Valid stages: draft, edit, done"],
      "tools": [true, 1, "kept", "by hand", 0] },
    "events": [
      { "event_type": "stage_changed", "from": null, "to": "draft" }, { "event_type": "stage_changed", "from": "draft", "to": "edit" },
      { "event_type": "agent_tool_call", "tool_name": "search", "stage": "started" },
      { "event_type": "agent_tool_call", "tool_name": "search", "stage": "completed", "result": "kept" },
      { "event_type": "execution_summary", "iterations": 0, "tools_used": ["search"] } ] } }
]==]
stages("draft", "edit", "done")
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local before = Iterations.current()
  Writer.turn()
  Writer.turn()
  local iterations = { before, Iterations.current(), Iterations:exceeded(2), Iterations.increment(), nil }
  Iterations.reset()
  iterations[5] = Iterations.current()

  local stop = { Stop.requested() }
  Stop:request("enough", false)
  stop[2], stop[3], stop[4] = Stop.requested(), Stop.reason(), Stop.success()
  Stop.reset()
  stop[5] = type((Stop.reason()))

  local _, no_stage = pcall(Stage.advance)
  Stage.set("draft")
  local first = Stage.current()
  local second = Stage.advance()
  local is = Stage.is("edit")
  Stage.advance()
  local after = type((Stage.advance()))
  local history, count = Stage.history(), Stage.count()
  Stage.clear_history()
  local _, gone = pcall(Stage.set, "gone")
  local stages_seen = { no_stage.code, first, second, is, after, #history, count, history[2].from_stage, #Stage.history(), gone.code, gone.message }

  Tool.record_call("search", { q = "x" }, "kept")
  local tools = { Tool.called("search"), Tool:get_call_count(), Tool.last_result("search"),
    Tool.last_call("search").agent == nil and "by hand" or "agent", nil }
  Tool.reset()
  tools[5] = #Tool.get_all_calls()
  return { stop = stop, iterations = iterations, stages = stages_seen, tools = tools }
end)
