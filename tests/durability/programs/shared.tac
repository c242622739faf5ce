-- Tasks that share State: who comes first decides, also inside operations that are not run again.
tool("bump", { parameters = { n = "number" } }, function(args)
  Log.info("ran bump " .. args.n)
  local before = State.increment("count", args.n)
  Sleep(0.002)
  State.set("last", "bump " .. args.n)
  State.append("seen", before)
  return State.get("count")
end)
agent("caller", { provider = "scripted", tools = { "bump" }, script = {
  { text = "Go.", tool_calls = { { name = "bump", args = { n = 1 } }, { name = "bump", args = { n = 10 } } } }, "Done." } })
local call = procedure("call", {}, function() return Caller.turn("go").text end)
local plain = procedure("plain", {}, function()
  for i = 1, 6 do
    Sleep(0.001)
    State.set("last", "plain " .. i)
    State.append("seen", State.increment("count", 100))
  end
  return State.get("count")
end)
local both = procedure("both", {}, function()
  local a, b = Procedure.spawn("plain"), Procedure.spawn("call")
  State.set("from", "both")
  Procedure.wait_all{ a, b }
  return { count = State.get("count"), entries = #State.get("seen") }
end)
main = procedure("main", {}, function()
  local first = both()
  local second = Step.run("second", function() return both().count end)
  local last = Step.run("after", function() return State.get("count") end)
  -- Every increment was of what the one before had left, whoever made it.
  local seen, distinct = State.get("seen"), true
  table.sort(seen)
  for i = 2, #seen do distinct = distinct and seen[i] > seen[i - 1] end
  State.set("seen", nil)
  State.set("last", nil)
  return { first = first.count, entries = first.entries, second = second, last = last, distinct = distinct, top = seen[#seen] }
end)
