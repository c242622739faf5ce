--[==[
{ "about": "Appended messages are taken by the next turn of any agent, replace its filler, and stay when that turn fails.",
  "expect": { "result": { "injected": "user:A", "appended": "user:B", "pending": ["system", "user"], "after": 3, "left": 0, "failed": 1, "then": "taken",
    "kept": "user:kept assistant:taken", "fields": ["m-4", "user", "kept", true] } } }
]==]
local function S(...) return { provider = "scripted", tools = {}, retries = 0, script = { ... } } end
agent("first", S({ text = "x", expect = [["messages":[{"role":"user","content":"A"}]] }))
agent("second", S({ text = "y", expect = [["messages":[{"role":"user","content":"B"}]] }))
agent("third", S({ text = "z", expect = [["messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"{\"n\":1}"}]] }))
agent("fourth", S({ error = { status = 400 } }, { text = "taken", expect = [["messages":[{"role":"user","content":"kept"}]] }))

local function told(messages)
  local texts = {}
  for i, m in ipairs(messages) do texts[i] = m.role .. ":" .. m.content end
  return table.concat(texts, " ")
end

main = procedure("main", {}, function()
  First.turn("A")
  MessageHistory.append{ role = "user", content = "B" }
  Second.turn()
  Session.inject_system("Be brief.")
  Session.append{ role = "user", content = { n = 1 } }
  local pending = {}
  for i, m in ipairs(Session.history(Third)) do pending[i] = m.role end
  Third.turn()
  local left = #MessageHistory.get("third") - #Third.messages
  MessageHistory.append{ role = "user", content = "kept" }
  pcall(Fourth.turn)
  local failed = #MessageHistory.get(Fourth)
  local next_turn = Fourth.turn()
  local m = Fourth.messages[1]
  return { injected = told{ First.messages[1] }, appended = told{ Second.messages[1] }, pending = pending, after = #Third.messages, left = left,
    failed = failed, ["then"] = next_turn.text, kept = told(Fourth.messages), fields = { m.id, m.role, m.content, m.created_at ~= nil } }
end)
