-- Durable work: every turn, step, wait and file is recorded as soon as it is done. Kill the process at any moment and
-- `tactus resume` it: what was done is not done again, and what failed is tried anew.

agent("researcher", {
  system_prompt = "You answer in one sentence.",
  tools = {},
})

local path = ".tac/tmp/report.md"

main = procedure("main", {
  input = { topic = { type = "string", default = "lighthouses" } },
  state = { notes = { type = "array", default = {} } },
}, function()
  Step.run("start the report", function()
    File.write(path, "# " .. input.topic .. "\n")
  end)

  for n, question in ipairs({ "What are they for?", "Who looks after them?" }) do
    Step.run("question " .. n, function()
      local answer = Researcher.turn(input.topic .. ": " .. question).text
      table.insert(state.notes, answer)
      File.append(path, "\n" .. answer .. "\n")
    end)
    Sleep(0.05)
  end

  -- The first two attempts fail; the delays between them survive a restart, too.
  local attempts = 0
  local checked = Retry.with_backoff(function()
    attempts = attempts + 1
    if attempts < 3 then error("the archive is closed") end
    return File.size(path) > 0
  end, { max_attempts = 4, initial_delay = 0.05 })

  return { notes = state.notes, checked = checked, attempts = attempts }
end)
