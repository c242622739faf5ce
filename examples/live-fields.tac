-- Structured output while it arrives: `on_partial` gets the object as far as it came, the IDE fills the
-- fields in, the terminal writes them line by line. All of that is provisional; only `result.data` has
-- been checked as a whole.

agent("reviewer", {
  system_prompt = "You review books in a few words.",
  tools = {},
  output = {
    author = { type = "string", required = true },
    points = { type = "array", required = true, items = { type = "string" }, min_items = 2, max_items = 4 },
    score = { type = "integer", required = true, minimum = 1, maximum = 5 },
    summary = { type = "string", required = true, description = "Two sentences" },
  },
})

-- An agent that answers from a script. Its first reply goes wrong in the middle: nothing that follows
-- "excellent" could be a number, so the request is ended there and the model is asked again.
agent("grader", {
  provider = "scripted",
  tools = {},
  output = { grade = { type = "integer", required = true }, reason = { type = "string", required = true } },
  script = {
    { chunks = { '{"grade":', '"excellent', '","reason":"It is never read this far."}' } },
    { chunks = { '{"grade":1', ',"reason":"Clear, ', 'short and ', 'right."}' } },
  },
})

main = procedure("main", {
  input = {
    book = { type = "string", default = "A field guide to clocks", description = "What to review" },
  },
}, function()
  local seen, fields = 0, {}
  local review = Reviewer.turn{
    inject = "Review this book: " .. input.book,
    on_partial = function(partial)
      seen = seen + 1
      for name in pairs(partial) do
        if not fields[name] then
          fields[name] = true
          Stage.set("writing " .. name)
        end
      end
    end,
  }
  local graded = Grader.turn("Grade the review: " .. review.data.summary)
  Log.info("The grade needed " .. graded.requests .. " requests", { why = graded.validation_errors[1].message })
  return { score = review.data.score, grade = graded.data.grade, pieces = seen > 3 }
end)
