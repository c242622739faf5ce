-- Called by files.tac: its agent, `State` and globals are its own, and stay from call to call.
agent("counter", { provider = "scripted", tools = {}, script = { "C1", "C2", "C3", "C4", "C5" } })
local names = require("lib.names")
calls = 0

main = procedure("main", { input = { n = { type = "number", required = true } }, state = { steps = { type = "number", default = 0 } } }, function()
  calls = calls + 1
  state.steps = Step.run("note", function() Log.info("ran count " .. input.n); State.increment("notes"); return 1 end)
  local text = Counter.turn("count " .. input.n).text
  local nested = input.n > 1 and Procedure.run("count", { n = input.n - 1 }).text or "."
  return { text = names.of(input.n) .. text .. nested, notes = State.get("notes"), steps = state.steps, messages = #Counter.messages }
end)
