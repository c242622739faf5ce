-- Agents whose tools succeed and fail, several turns each.
tool("lookup", { parameters = { q = "string" } }, function(args)
  Log.info("ran lookup " .. args.q)
  State.increment("lookups")
  return "fact about " .. args.q
end)
tool("refuse", { parameters = { q = "string" } }, function(args)
  Log.info("ran refuse " .. args.q)
  error("nothing about " .. args.q)
end)
agent("researcher", { provider = "scripted", tools = { "lookup", "refuse" }, script = {
  { text = "Let me look.", tool_calls = { { name = "lookup", args = { q = "a" } }, { name = "lookup", args = { q = "b" } } } },
  { text = "Once more.", tool_calls = { { name = "refuse", args = { q = "c" } }, { name = "lookup", args = { q = "d" } } }, expect = "fact about b" },
  { text = "Facts: a, b, d.", expect = "nothing about c" },
  { text = "Nothing new.", expect = "Facts: a, b, d." },
} })
agent("writer", { provider = "scripted", tools = {}, output = { title = "string" }, script = {
  { data = { wrong = 1 } }, { data = { title = "Facts" } }, { data = { title = "More" } } } })
agent("flaky", { provider = "scripted", tools = {}, retry_delay = 0.001, script = {
  { chunks = { "Lost ", "words ", "here" }, error = { status = 500, after = 2 } }, "Mended.", "Again." } })

main = procedure("main", { state = { n = { type = "number", default = 0 } } }, function()
  local found = Researcher.turn("find")
  State.set("facts", found.text)
  local flaky = Flaky.turn()
  local draft = Writer.turn("write " .. found.text)
  local again = Researcher.turn()
  local more = Writer.turn("more")
  return { found = found.text, calls = #found.tool_calls, draft = draft.data.title, retries = draft.retry_count,
    again = again.text, more = more.data.title, flaky = flaky.text .. flaky.retry_count, last = Flaky.turn().text,
    tools = Tool.get_call_count(), ok = Tool.last_call("refuse").ok, turns = Iterations.current(),
    history = #MessageHistory.get("researcher"), lookups = State.get("lookups") }
end)
