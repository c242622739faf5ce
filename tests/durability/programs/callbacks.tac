-- Callbacks that a replay tells again: what they keep in variables comes back as what they keep in state.
tool("look", { parameters = {} }, function()
  Log.info("ran look")
  return "found"
end)
agent("teller", { provider = "scripted", tools = { "look" }, replay_stream = true, script = {
  { chunks = { "One ", "two " }, tool_calls = { { name = "look", args = {} } } },
  { chunks = { "three ", "four" }, expect = "found" },
  { chunks = { "Five ", "six ", "seven" } } } })
agent("planner", { provider = "scripted", tools = {}, output = { a = "string" }, script = {
  { chunks = { '{"a":"on', 'e"}' } } } })
agent("silent", { provider = "scripted", tools = {}, script = { { chunks = { "Not ", "again" } } } })

local shown = {}
local function show(chunk)
  if chunk.kind == "text" then
    shown[#shown + 1] = chunk.text
    State.append("shown", chunk.text)
  end
end

local telling = procedure("telling", { state = { count = { type = "number", default = 0 } } }, function()
  Teller.turn{ inject = "go", on_chunk = function(chunk)
    show(chunk)
    if chunk.kind == "text" then state.count = state.count + 1 end
  end }
  checkpoint()
  return { count = state.count }
end)

main = procedure("main", {}, function()
  local told = telling()
  local outer = #shown  -- What a skipped procedure did is not done again.
  shown = {}
  local left = Teller.turn{ inject = "left", on_chunk = function(chunk) show(chunk) return chunk.text ~= "six " end }
  local partials = {}
  Planner.turn{ replay_stream = true, on_partial = function(partial) partials[#partials + 1] = partial.a end }
  checkpoint()
  Silent.turn{ on_chunk = show }
  return { count = told.count, text = left.text, shown = table.concat(shown, "", 1, 2), partials = partials,
    all = State.get("shown"), some = outer == 0 or outer == 4 }
end)
