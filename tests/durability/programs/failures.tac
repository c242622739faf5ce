-- Turns and procedures that fail and are caught, again and again.
agent("broken", { provider = "scripted", tools = {}, retries = 0, script = {
  { chunks = { "Half " , "an answer" }, error = { status = 500, after = 1 } }, "Better.", { error = { status = 400 } } } })
tool("risky", { parameters = {} }, function() Log.info("ran risky"); error("risk") end)
local fails = procedure("fails", {}, function()
  checkpoint(function() State.increment("tried") end)
  Broken.turn("again")
  Broken.turn("and again")
end)
agent("strict", { provider = "scripted", output = { n = "number" }, output_retries = 1, tools = {}, script = {
  { data = { n = "x" } }, { data = { n = "y" } }, { data = { n = 3 } } } })
main = procedure("main", {}, function()
  local ok, first = pcall(Broken.turn, "go")
  local branch = ok and "good" or "bad"
  checkpoint(function() State.set("branch", branch) end)
  local _, second = pcall(fails)
  local _, third = pcall(Tools.risky)
  local _, fourth = pcall(Step.run, "bad", function() error({ code = 42 }) end)
  local _, fifth = pcall(Strict.turn, "n")
  return { branch = branch, first = first.code, second = second.code, third = third.code, fourth = type(fourth), fifth = fifth.code,
    n = Strict.turn("n").data.n, tried = State.get("tried"), turns = Iterations.current(), calls = Tool.get_call_count("risky") }
end)
