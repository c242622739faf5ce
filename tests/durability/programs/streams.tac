-- Loops over streams: taken to their end, left, failing, in a procedure with a state of its own.
tool("look", { parameters = {} }, function()
  Log.info("ran look")
  State.increment("looked")
  return "found"
end)
agent("teller", { provider = "scripted", tools = { "look" }, script = {
  { chunks = { "One ", "two ", "three" }, tool_calls = { { name = "look", args = {} } } },
  { chunks = { "Four ", "five" }, expect = "found" },
  { chunks = { "Six ", "seven ", "eight" } },
  { text = "Nine.", expect = "Six seven " } } })
agent("flaky", { provider = "scripted", tools = {}, retries = 1, retry_delay = 0.001, script = {
  { chunks = { "Lost ", "words" }, error = { status = 500, after = 2 } }, { chunks = { "Lost ", "again" }, truncate = true } } })
agent("planner", { provider = "scripted", tools = {}, output = { a = "string" }, script = {
  { chunks = { '{"a":"on', 'e"}' } } } })

local counting = procedure("counting", { state = { pieces = { type = "number", default = 0 } } }, function()
  for chunk in Teller.stream("left") do
    state.pieces = state.pieces + 1
    State.append("all", chunk.text)
    if chunk.text == "seven " then break end
  end
  return { pieces = state.pieces, text = Teller.result.text }
end)

main = procedure("main", {}, function()
  for chunk in Teller.stream("go") do State.append("all", chunk.text) end
  local counted = counting()
  local ok, err = pcall(function()
    for chunk in Flaky.stream() do State.append("all", chunk.kind .. chunk.text) end
  end)
  local partials = {}
  for chunk in Planner.stream() do partials[#partials + 1] = chunk.partial.a end
  return { counted = counted, failed = not ok and err.code, partials = partials, last = Teller.turn().text,
    all = State.get("all"), looked = State.get("looked"), turns = Iterations.current() }
end)
