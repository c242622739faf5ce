--[==[
{ "about": "Filters of the agent, else of the procedure, then its max_tokens, decide what is sent; the history keeps everything.",
  "expect": { "result": { "kept": 8, "texts": ["1", "2", "3", "4"], "class": "4", "function": "2", "procedure": "2", "removed": "found it", "own_wins": "2", "budget": "2" } } }
]==]
local function S(script, more)
  local config = { provider = "scripted", tools = {}, script = script }
  for key, value in pairs(more or {}) do config[key] = value end
  return config
end
-- The requests must begin with the messages named: nothing older is sent.
agent("short", S({ "1", "2", "3", { text = "4", expect = [["messages":[{"role":"assistant","content":"3"},{"role":"user","content":"q4"}]] } },
  { filter = filters.last_n(2) }))
agent("class", S({ "1", "2", "3", { text = "4", expect = [["messages":[{"role":"user","content":"q4"}]] } },
  { filter = { class = "ComposedFilter", chain = { { class = "StandardFilter" }, { class = "ByRole", role = "user" }, { class = "LastN", count = 1 } } } }))
agent("calls", S({ "1", { text = "2", expect = [["messages":[{"role":"system","content":"added"},{"role":"user","content":"q2"}]] } },
  { message_history = { filter = function(messages)
    return { { role = "system", content = "added" }, messages[#messages] }
  end } }))
tool("look", {}, function() return "found it" end)
agent("looker", S({ { tool_calls = { { name = "look", args = {} } } }, { tool_calls = { { name = "look", args = {} } } },
  { text = "done", expect = "[older tool result removed]" } }, { tools = { "look" }, filter = filters.limit_tool_results(1) }))
agent("plain", S{ "1", { text = "2", expect = [["messages":[{"role":"user","content":"q2"}]] } })
agent("wide", S({ "1", { text = "2", expect = [[{"role":"user","content":"q1"},{"role":"assistant","content":"1"}]] } }, { filter = filters.compose() }))
agent("tiny", S{ "a long answer", { text = "2", expect = [["messages":[{"role":"user","content":"q2"}]] } })

local filtered = procedure("filtered", { message_history = { filter = filters.last_n(1) } }, function()
  Plain.turn("q1") Wide.turn("q1")
  return { plain = Plain.turn("q2").text, wide = Wide.turn("q2").text }
end)
local budget = procedure("budget", { message_history = { max_tokens = 3 } }, function()
  Tiny.turn("q1")
  return { text = Tiny.turn("q2").text }
end)

main = procedure("main", {}, function()
  local texts = {}
  for i = 1, 4 do texts[i] = Short.turn("q" .. i).text end
  local class
  for i = 1, 4 do class = Class.turn("q" .. i).text end
  Calls.turn("q1")
  local called = Calls.turn("q2").text
  Looker.turn()
  local by_procedure = filtered{}
  return { kept = #Short.messages, texts = texts, class = class, ["function"] = called, procedure = by_procedure.plain,
    own_wins = by_procedure.wide, removed = Looker.messages[3].content, budget = budget{}.text }
end)
