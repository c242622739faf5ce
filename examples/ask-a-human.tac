-- Humans in the loop: a person says what to write, reviews the draft and approves the result.
-- The run waits as long as it takes. Close the tab or stop the process: `tactus resume` goes on from here.

agent("author", {
  system_prompt = "You write short announcements.",
  tools = {},
})

hitl("publish", {
  type = "approval",
  message = "Publish {draft_title}?",
  default = false,
})

main = procedure("main", {
  output = {
    published = { type = "boolean", required = true },
    text = { type = "string", required = true },
  },
}, function()
  local title = Human.input({
    message = "What shall the announcement be about?",
    placeholder = "Our new opening hours",
    default = "Our new opening hours",
    timeout = "1d",
  })
  local draft = Author.turn("Announce in two sentences: " .. title).text

  local review = Human.review({
    message = "Is this draft good enough?",
    artifact = draft,
    artifact_type = "text",
    options = { "Take it", { label = "Write it again", type = "action" } },
    default = "Take it",
    timeout = "1d",
  })
  if review.decision == "Write it again" then
    draft = Author.turn("Write it again. " .. (review.feedback or "Make it warmer.")).text
  elseif review.edited_artifact then
    draft = review.edited_artifact
  end

  State.set("draft_title", title)
  local published = Human.approve("publish", { context = { text = draft }, timeout = "1d" })
  Human.notify({ message = published and "Published." or "Kept as a draft.", level = "info" })
  return { published = published, text = draft }
end)
