-- Structured output: the agent's reply is an object that fits a schema.
-- The reply is checked and, if it does not fit, the model is told what is wrong and asked again.
-- `result.data` is the valid table.

agent("planner", {
  system_prompt = "You plan short trips. Fill in every field.",
  output = {
    title = { type = "string", required = true, description = "A name for the trip" },
    city = { type = "string", required = true },
    days = { type = "integer", required = true, minimum = 1, maximum = 14 },
    mood = { type = "string", required = true, enum = { "calm", "busy", "adventurous" } },
    tags = { type = "array", required = true, items = { type = "string" }, min_items = 2, max_items = 5 },
    summary = { type = "string", required = true },
  },
})

main = procedure("main", {
  input = {
    wish = { type = "string", default = "Plan a calm trip of 3 days to Kyoto", description = "What kind of trip" },
  },
}, function()
  local result = Planner.turn(input.wish)
  Log.info("Planned " .. result.data.days .. " days in " .. result.data.city)
  return result.data
end)
