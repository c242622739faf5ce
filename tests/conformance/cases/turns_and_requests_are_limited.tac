--[==[
{ "about": "max_turns of an agent and of a procedure, and request_limit of a turn.",
  "script": [ "one", "two", { "tool_calls": [{ "name": "look", "args": {} }] }, { "tool_calls": [{ "name": "look", "args": {} }] },
              { "tool_calls": [{ "name": "look", "args": {} }] }, "in sub", "in sub again" ],
  "expect": { "result": ["TAC-AGENT-TURNS", "TAC-AGENT-REQUESTS", "TAC-AGENT-TURNS", 3, 2, 0],
    "requests": 7,
    "events": [{ "event_type": "agent_turn", "agent_name": "searcher", "stage": "failed", "finish_reason": "error",
                 "error": { "code": "TAC-AGENT-REQUESTS" } },
               { "event_type": "cost", "agent_name": "searcher", "requests": 3 }] } }
]==]
tool("look", {}, function() return "nothing" end)
agent("talker", { tools = {}, max_turns = 2 })
agent("searcher", { tools = { "look" }, request_limit = 3 })

-- An agent's limit counts within one invocation: both turns are its first here.
local sub = procedure("sub", { max_turns = 1 }, function()
  Talker.turn()
  local _, err = pcall(Searcher.turn)
  return err.code
end)

main = procedure("main", {}, function()
  Talker.turn()
  Talker.turn()
  local _, turns = pcall(Talker.turn)
  local _, requests = pcall(Searcher.turn)
  local calls = Tool.get_call_count("look")
  local of_procedure = sub()
  sub()
  return { turns.code, requests.code, of_procedure, calls, #Talker.messages - 6, #Searcher.messages }
end)
