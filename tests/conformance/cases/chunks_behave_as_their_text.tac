--[==[
{ "about": "A chunk concatenates, prints and is stored as its text; reasoning never mixes in.",
  "script": [{ "reasoning": "thinking", "chunks": ["a", "b"] }],
  "expect": { "result": { "joined": "<><a><b>", "stored": ["", "a", "b"], "reasoning": "thinking", "kinds": "reasoning text text" } } }
]==]
agent("writer", { tools = {} })

main = procedure("main", {}, function()
  local joined, kinds = "", {}
  State.set("stored", Json.array({}))
  local r = Writer.turn({ on_chunk = function(chunk)
    joined = joined .. "<" .. chunk .. ">"
    kinds[#kinds + 1] = chunk.kind
    assert(tostring(chunk) == chunk.text)
    State.append("stored", chunk)
  end })
  return { joined = joined, stored = State.get("stored"), reasoning = r.reasoning, kinds = table.concat(kinds, " ") }
end)
