-- Several agents: a writer drafts, an editor tightens, a critic comments.
-- Each agent keeps its own history; what one hands to the next is plain text.

agent("writer", {
  system_prompt = "You write clear, lively paragraphs.",
  tools = {},
})

agent("editor", {
  system_prompt = "You are an editor. Rewrite the text you are given so that it is shorter, and keep its meaning.",
  tools = {},
})

agent("critic", {
  system_prompt = "You review texts: name one thing that works and one that could be better.",
  tools = {},
})

main = procedure("main", {
  input = {
    subject = { type = "string", default = "the first day of spring" },
  },
}, function()
  local draft = Writer.turn("Write two paragraphs about " .. input.subject .. ".").text
  Log.info("The draft goes to the editor", { words = select(2, draft:gsub("%S+", "")) })

  local edited = Editor.turn("Edit this text:\n\n" .. draft).text
  local review = Critic.turn("Review this text:\n\n" .. edited).text

  return { text = edited, review = review }
end)
