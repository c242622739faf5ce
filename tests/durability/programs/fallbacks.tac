-- A model that fails, and another that goes on with the turn and its tools.
tool("lookup", { parameters = { q = "string" } }, function(args)
  Log.info("ran lookup " .. args.q)
  return "fact about " .. args.q
end)
agent("flaky", { provider = "scripted", model = "first", fallback = { "scripted:second" }, tools = { "lookup" }, retries = 0,
  script = {
    { chunks = { "Lost ", "words" }, error = { status = 500, after = 1 } },
    { text = "Let me look.", tool_calls = { { name = "lookup", args = { q = "a" } } } },
    { text = "It is so.", expect = "fact about a" },
  } })

main = procedure("main", {}, function()
  local found = Flaky.turn("find")
  return { text = found.text, model = found.model, retries = found.retry_count, calls = #found.tool_calls,
    history = #MessageHistory.get("flaky") }
end)
