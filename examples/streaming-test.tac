-- Streaming: an agent writes a story, and every word appears as soon as it exists.
-- Run it and watch the text flow in; press Stop to see that what was written stays.
-- Without an API key the offline demo model answers; with one, nothing here changes.

agent("storyteller", {
  system_prompt = [[You are a creative storyteller. Write a short story with a beginning, a middle and an end.
When the story is told, call the done tool.]],
  initial_message = "Tell me a story about a lighthouse keeper who finds a map.",
  tools = { "done" },
})

main = procedure("main", {}, function()
  Log.info("The story begins")
  local result = Storyteller.turn()
  return { story = result.text, finished = Tool.called("done") }
end)
