-- Stopping early: tools can ask for the end of the work, and the procedure decides when to obey.
-- Stop only sets a flag; the loop below looks at it. Iterations guards against going on for ever.

tool("save_idea", {
  description = "Keeps one idea for a garden",
  parameters = { idea = { type = "string", description = "The idea in a few words" } },
}, function(args)
  State.append("ideas", args.idea)
  if #State.get("ideas") >= 2 then
    Stop.request("two ideas are enough")
  end
  return "saved: " .. args.idea
end)

agent("gardener", {
  system_prompt = "You collect ideas for a small garden. Save each idea with the save_idea tool.",
  tools = { "save_idea" },
})

main = procedure("main", {}, function()
  local wishes = {
    'Find an idea for "a bed of herbs".',
    'Find an idea for "a bench in the shade".',
    'Find an idea for "a pond".',
  }
  for _, wish in ipairs(wishes) do
    Gardener.turn(wish)
    if Stop.requested() or Iterations.exceeded(5) then break end
  end
  return {
    ideas = State.get("ideas", Json.array({})),
    reason = Stop.reason(),
    turns = Iterations.current(),
  }
end)
