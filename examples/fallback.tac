-- When a model fails, another goes on with the same turn. What the first one had written is void
-- and told so: it stays in the log, folded away. Here the first model is a script that breaks off;
-- in your programs it is the model you prefer.
agent("reporter", {
  provider = "scripted",
  model = "preferred",
  script = {
    { chunks = { "The tide ", "rises ", "twice " }, delay_ms = 150, error = { status = 503, after = 3 } },
  },
  retries = 0,                      -- no second try at the same model
  fallback = { "demo:demo" },       -- in yours, for example: { "anthropic:claude-sonnet-4-5", "ollama:llama3.2" }
  tools = {},
})

main = procedure("main", {
  output = {
    text = { type = "string", required = true },
    answered_by = { type = "string", description = "The model that wrote the text" },
  },
}, function()
  local result = Reporter.turn{
    inject = "Explain the tides in two sentences.",
    on_chunk = function(chunk)
      if chunk.kind == "reset" then Log.warn("starting again", { reason = chunk.reason }) end
    end,
  }
  return { text = result.text, answered_by = result.provider .. ":" .. result.model }
end)
