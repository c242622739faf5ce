--[==[
{ "about": "Nothing waits inside a loop over a stream; its tools may, and errors leave the loop as they came.",
  "script": [
    { "chunks": ["Let me ", "look."], "tool_calls": [{ "name": "look", "args": {} }] }, { "text": "Done." },
    { "chunks": ["Bad ", "luck"] }, { "error": { "status": 400, "message": "no" } }, { "chunks": ["Left ", "open"] }, { "text": "After." } ],
  "expect": {
    "result": { "codes": ["TAC-STREAM-BUSY", "TAC-STREAM-BUSY"], "texts": ["Let me ", "look.", "Done."], "state": 3, "error": "mine",
      "failing": "TAC-PROVIDER-BAD-REQUEST", "left": "Left ", "next": "After." },
    "events": [
      { "event_type": "agent_tool_call", "turn_id": "t0", "stage": "completed", "result": "found" },
      { "event_type": "agent_turn", "turn_id": "t0", "stage": "completed" },
      { "event_type": "agent_turn", "turn_id": "t1", "stage": "cancelled" },
      { "event_type": "agent_turn", "turn_id": "t2", "stage": "failed" },
      { "event_type": "agent_turn", "stage": "cancelled" } ] } }
]==]
tool("look", { parameters = {} }, function()
  Sleep(0.001)
  return "found"
end)
agent("finder", { tools = { "look" } })
agent("other", { tools = {} })

local reader = procedure("reader", {}, function()
  local s = Finder.stream("Go")
  for chunk in s do return { text = chunk.text } end
end)

main = procedure("main", {}, function()
  local codes, texts = {}, {}
  for chunk in Finder.stream("Look") do
    State.increment("seen")
    texts[#texts + 1] = chunk.text
    if #codes < 2 then
      local ok, err = pcall(#codes == 0 and function() Other.turn() end or function() Sleep(1) end)
      codes[#codes + 1] = not ok and err.code or "allowed"
    end
  end
  local ok, err = pcall(function()
    for _ in Finder.stream("Fail") do error({ code = "mine" }) end
  end)
  local ok2, err2 = pcall(function()
    for _ in Finder.stream("Refused") do end
  end)
  assert(not ok and not ok2)
  local left = reader().text
  return { codes = codes, texts = texts, state = State.get("seen"), error = err.code, failing = err2.code, left = left,
    next = Finder.turn("Go on").text }
end)
