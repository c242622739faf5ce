--[==[
{ "about": "A turn inside a handler is nested under its call; the agent of the outer turn is busy.",
  "script": [
    { "tool_calls": [{ "name": "ask", "args": { "q": "why" } }] },
    { "text": "Because.", "expect": "why" },
    { "text": "It says: because.", "expect": "Because. TAC-AGENT-BUSY" } ],
  "expect": { "result": "It says: because.",
    "events": [
      { "event_type": "agent_turn", "agent_name": "boss", "turn_id": "t0", "stage": "started", "parent": null },
      { "event_type": "agent_tool_call", "stage": "executing", "tool_call_id": "call_script_1_1" },
      { "event_type": "agent_turn", "agent_name": "expert", "stage": "started", "parent": "call_script_1_1" },
      { "event_type": "agent_stream_chunk", "agent_name": "expert", "parent": "call_script_1_1" },
      { "event_type": "cost", "agent_name": "expert", "parent": "call_script_1_1" },
      { "event_type": "agent_tool_call", "stage": "completed", "tool_call_id": "call_script_1_1" },
      { "event_type": "agent_turn", "agent_name": "boss", "turn_id": "t0", "stage": "completed", "parent": null } ] } }
]==]
agent("expert", { tools = {} })
tool("ask", { parameters = { q = "string" } }, function(args)
  local answer = Expert.turn(args.q).text
  local _, err = pcall(Boss.turn, "again")
  return answer .. " " .. err.code
end)
agent("boss", { tools = { "ask" } })

main = procedure("main", {}, function() return Boss.turn().text end)
