--[==[
{ "about": "Agents share one history by the procedure's mode or their own source, or read that of another agent first.",
  "expect": { "result": { "second": "I heard one", "shared": 4, "own": 2, "after": 0, "reader": "read", "reader_own": 2, "two": "both", "unknown": "TAC-VALIDATION" } } }
]==]
local function S(script, memory) return { provider = "scripted", tools = {}, script = script, message_history = memory } end
agent("one", S{ "one" })
agent("two", S{ { text = "I heard one", expect = [[{"role":"user","content":"q1"},{"role":"assistant","content":"one"},{"role":"user","content":"q2"}]] } })
agent("aside", S({ { text = "alone", expect = [["messages":[{"role":"user","content":"q3"}]] } }, { source = "own" }))
agent("speaker", S{ "said" })
agent("reader", S({ { text = "read", expect = [[{"role":"user","content":"s1"},{"role":"assistant","content":"said"},{"role":"user","content":"r1"}]] } }, { source = "speaker" }))
agent("left", S({ "left" }, { source = "shared" }))
agent("right", S({ { text = "both", expect = [[{"role":"assistant","content":"left"}]] } }, { source = "shared" }))
agent("lost", S({ "x" }, { source = "nobody" }))

local together = procedure("together", { message_history = { mode = "shared" } }, function()
  One.turn("q1")
  local second = Two.turn("q2").text
  Aside.turn("q3")
  return { second = second, shared = #One.messages, own = #Aside.messages }
end)

main = procedure("main", {}, function()
  local r = together{}
  Speaker.turn("s1")
  local read = Reader.turn("r1").text
  Left.turn("l1")
  local _, unknown = pcall(Lost.turn)
  return { second = r.second, shared = r.shared, own = r.own, after = #One.messages, reader = read, reader_own = #Reader.messages,
    two = Right.turn("r1").text, unknown = unknown.code }
end)
