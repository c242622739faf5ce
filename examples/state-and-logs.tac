-- State and logs: what a run remembers, and what it tells while it works.
-- Every change of State and every Log line is an event that the IDE shows at once.

agent("poet", {
  system_prompt = "You are a poet. Poem number {state.count} is next.",
  tools = {},
})

main = procedure("main", {
  input = {
    subjects = { type = "array", items = { type = "string" }, default = { "rain", "bread", "trains" } },
  },
}, function()
  State.set("count", 0)
  State.set("titles", Json.array({}))

  for _, subject in ipairs(input.subjects) do
    State.increment("count")
    Log.info("Writing about " .. subject, { number = State.get("count") })

    local poem = Poet.turn("Write a haiku about " .. subject .. ".").text
    State.append("titles", subject)
    if #poem > 400 then
      Log.warn("That was long for a haiku", { bytes = #poem })
    end
  end

  Log.info("Finished after " .. Iterations.current() .. " turns")
  return { poems = State.get("count"), titles = State.get("titles") }
end)
