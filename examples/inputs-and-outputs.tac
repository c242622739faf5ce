-- Inputs and outputs: typed parameters become a form in the IDE and --param on the command line;
-- the return value is checked against a schema before anyone sees it.
-- Try: tactus run examples/inputs-and-outputs.tac --param topic=tides --param style=poem

agent("explainer", {
  -- {input.…} is filled in at every turn.
  system_prompt = "You write for readers of age {input.reader_age}.",
  tools = {},
})

main = procedure("main", {
  input = {
    topic = { type = "string", default = "rivers", description = "What to write about" },
    style = { type = "string", enum = { "explanation", "poem", "list" }, default = "explanation" },
    reader_age = { type = "integer", default = 12, minimum = 6, maximum = 99 },
    with_word_count = { type = "boolean", default = true },
  },
  output = {
    text = { type = "string", required = true },
    style = { type = "string", required = true, enum = { "explanation", "poem", "list" } },
    words = { type = "integer" },
  },
}, function()
  local wishes = {
    explanation = "Explain {} in three sentences.",
    poem = "Write a four-line poem about {}.",
    list = "List five ideas about {}.",
  }
  local request = wishes[input.style]:gsub("{}", function() return input.topic end)
  local text = Explainer.turn(request).text

  local output = { text = text, style = input.style }
  if input.with_word_count then
    output.words = select(2, text:gsub("%S+", ""))
  end
  return output
end)
