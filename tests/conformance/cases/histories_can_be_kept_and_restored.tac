--[==[
{ "about": "The history of the agent that turned last can be read, cleared, kept under a name and restored.",
  "expect": { "result": { "none": 0, "one": 2, "cleared": 0, "other": 2, "restored": ["q1", "a1"], "goes_on": "a3", "unknown": "TAC-OPTION", "agent": "TAC-OPTION",
    "role": "TAC-OPTION", "field": "did you mean 'content'?", "reset": 0, "before": "m1" } } }
]==]
local function S(...) return { provider = "scripted", tools = {}, script = { ... } } end
agent("a", S("a1", "a2", { text = "a3", expect = [["messages":[{"role":"user","content":"q1"},{"role":"assistant","content":"a1"},{"role":"user","content":"q3"}]] }))
agent("b", S("b1"))

main = procedure("main", {}, function()
  local none = #MessageHistory.get()
  MessageHistory.append{ role = "user", content = "m1" }
  MessageHistory.save_to_node("before")
  MessageHistory.clear()
  MessageHistory.load_from_node("before")
  local before = MessageHistory.get()[1].content
  MessageHistory.clear()
  A.turn("q1")
  local one = #MessageHistory.get()
  MessageHistory.save_to_node("start")
  A.turn("q2")
  B.turn("x")
  MessageHistory.clear("a")
  local cleared, other = #A.messages, #MessageHistory.get()
  MessageHistory.clear(B)
  A.reset()
  local function failure(fn, ...) local _, err = pcall(fn, ...) return err end
  MessageHistory.load_from_node("start") -- B turned last.
  local restored = {}
  for i, m in ipairs(B.messages) do restored[i] = m.content end
  MessageHistory.clear()
  for _, m in ipairs(restored) do MessageHistory.append{ role = m:find("^q") and "user" or "assistant", content = m } end
  local goes_on = A.turn("q3").text
  A.reset()
  return { none = none, one = one, cleared = cleared, other = other, restored = restored, goes_on = goes_on, before = before,
    unknown = failure(MessageHistory.load_from_node, "end").code, agent = failure(MessageHistory.get, "c").code,
    role = failure(MessageHistory.append, { content = "x" }).code, field = failure(MessageHistory.append, { role = "user", contents = "x" }).hint,
    reset = #A.messages }
end)
