-- Handlers and procedures that run agents; tools called by the program; agents of a procedure's own.
agent("expert", { provider = "scripted", tools = {}, script = { "Because.", "Indeed.", "Third." } })
tool("ask", { parameters = { q = "string" } }, function(args)
  Log.info("ran ask " .. args.q)
  local first = Expert.turn(args.q).text
  State.set("asked", args.q)
  return first .. " " .. Expert.turn("sure?").text
end)
tool("plain", { parameters = { n = "number" } }, function(args)
  Log.info("ran plain " .. args.n)
  return args.n + 1
end)
local summarize = procedure("summarize", { input = { text = { type = "string", required = true } }, output = { text = { type = "string", required = true } },
  state = { seen = { type = "number", default = 0 } } }, function()
  agent("local_writer", { provider = "scripted", tools = {}, script = { "One.", "Two." } })
  state.seen = state.seen + 1
  local one = Local_writer.turn(input.text).text
  state.seen = state.seen + 1
  return { text = one .. Local_writer.turn("more").text .. state.seen }
end)
agent("boss", { provider = "scripted", tools = { "ask", "summarize" }, script = {
  { text = "Asking.", tool_calls = { { name = "ask", args = { q = "why" } } } },
  { text = "Summing up.", tool_calls = { { name = "summarize", args = { text = "x" } } } },
  { text = "Done.", expect = "One.Two.2" } } })

main = procedure("main", {}, function()
  local boss = Boss.turn("go")
  local plain = Tools.plain{ n = 1 }
  local twice = summarize{ text = "y" }
  local _, failure = pcall(Tools.plain, { n = "x" })
  return { boss = boss.text, plain = plain, twice = twice.text, expert = Expert.turn("last").text, asked = State.get("asked"),
    failure = failure.code, calls = Tool.get_call_count() }
end)
