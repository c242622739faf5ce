--[==[
{ "about": "An error in on_chunk cancels the request and is raised by turn, also when nothing streams; history stays.",
  "script": [{ "chunks": ["One ", "two"] }, { "text": "Whole." }],
  "expect": { "result": [true, true, 0],
    "counts": [[{ "event_type": "agent_turn", "stage": "failed" }, 2]] } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local function broken() error("callback broke") end
  local ok1, streamed = pcall(Writer.turn, { on_chunk = broken })
  local ok2, whole = pcall(Writer.turn, { on_chunk = broken, stream = false })
  assert(not ok1 and not ok2)
  return { tostring(streamed):find("callback broke", 1, true) ~= nil, tostring(whole):find("callback broke", 1, true) ~= nil,
    #Writer.messages }
end)
