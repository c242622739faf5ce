-- Steps and checkpoints that change state, waits, stages, retries.
agent("a", { provider = "scripted", tools = {}, script = { "A1", "A2" } })
agent("b", { provider = "scripted", tools = {}, script = { "B1" } })
stages({ "draft", "review", "done" })
main = procedure("main", { state = { n = { type = "number", default = 0 } } }, function()
  for _ = 1, 3 do
    checkpoint(function() Log.info("ran checkpoint"); state.n = state.n + 1; return state.n end)
  end
  Stage.set("draft")
  local both = Step.run("both", function()
    Log.info("ran both")
    Stage.advance()
    local text = A.turn().text .. B.turn().text
    State.append("texts", text)
    return text
  end)
  checkpoint()
  Sleep(0.002)
  State.list = { 1, { deep = true } }
  local tries = 0
  local retried = Retry.with_backoff(function()
    tries = tries + 1
    return Step.run("try " .. tries, function()
      Log.info("ran try")
      State.increment("tries")
      if tries < 3 then error("not yet") end
      return "on try " .. tries
    end)
  end, { initial_delay = 0.001 })
  State.set("list", nil)
  return { n = state.n, both = both, again = Checkpoint.get("both"), last = A.turn().text, stage = Stage.current(),
    stages = Stage.count(), tries = State.get("tries"), retried = retried, next = Checkpoint.next_position() }
end)
