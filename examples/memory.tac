-- Memory: an agent remembers its conversation, because every turn sends the whole history.
-- `reset` forgets it.

agent("friend", {
  system_prompt = "You are a friendly companion. Keep your answers short.",
  tools = {},
})

main = procedure("main", {
  input = { name = { type = "string", default = "Ada" } },
}, function()
  Friend.turn("In one sentence, say hello. My name is " .. input.name .. " and I like chess.")
  local name = Friend.turn("What is my name?").text
  local liking = Friend.turn("And what do I like?").text
  Log.info("Messages in memory", { count = #Friend.messages })

  Friend.reset()
  return { name = name, liking = liking, messages_after_reset = #Friend.messages }
end)
