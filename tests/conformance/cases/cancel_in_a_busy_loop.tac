--[==[
{ "about": "A script that computes is stopped without waiting for its budget; State is told as it stood.",
  "config": "limits: {cpu_ms: 20000}\n",
  "cancel": { "event_type": "log", "message": "computing" },
  "runs": [
    { "inputs": { "how": "loop" },
      "expect": { "status": "cancelled", "stop_ms_max": 3000, "never": [{ "event_type": "log", "message": "caught" }],
        "events": [{ "event_type": "execution_summary", "error_code": "TAC-CANCELLED", "final_state": { "kept": 1 } }] } },
    { "inputs": { "how": "pattern" }, "expect": { "status": "cancelled", "stop_ms_max": 3000, "never": [{ "event_type": "log", "message": "caught" }] } },
    { "inputs": { "how": "handler" }, "script": [{ "tool_calls": [{ "name": "spin", "args": {} }] }],
      "expect": { "status": "cancelled", "stop_ms_max": 3000,
        "events": [{ "event_type": "agent_tool_call", "stage": "failed" }, { "event_type": "agent_turn", "stage": "cancelled" }] } },
    { "inputs": { "how": "callback" }, "script": [{ "text": "word" }],
      "expect": { "status": "cancelled", "stop_ms_max": 3000, "events": [{ "event_type": "agent_turn", "stage": "cancelled" }] } } ] }
]==]
local function spin()
  Log.info("computing")
  while true do end
end
tool("spin", {}, spin)
agent("spinner", { tools = { "spin" } })

main = procedure("main", { input = { how = "string" } }, function()
  State.set("kept", 1)
  pcall(function()
    if input.how == "loop" then spin() end
    if input.how == "handler" then Spinner.turn() end
    if input.how == "callback" then Spinner.turn({ on_chunk = spin }) end
    Log.info("computing")
    string.find(("a"):rep(40), ("a*"):rep(30) .. "b")
  end)
  Log.info("caught")
end)
