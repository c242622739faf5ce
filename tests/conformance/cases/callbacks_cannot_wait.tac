--[==[
{ "about": "Whatever waits or is recorded is refused inside a callback of a turn; logs and State are not.",
  "script": [{ "chunks": ["One ", "two"] }],
  "expect": { "result": { "codes": ["TAC-STREAM-BUSY", "TAC-STREAM-BUSY", "TAC-STREAM-BUSY", "TAC-STREAM-BUSY"], "seen": 2, "text": "One two" } } }
]==]
agent("writer", { tools = {} })
agent("other", { tools = {} })

main = procedure("main", {}, function()
  local codes = {}
  local result = Writer.turn{ inject = "Write", on_chunk = function(chunk)
    State.increment("seen")
    Log.debug("piece " .. chunk.index)
    if chunk.index > 1 then return end
    for _, f in ipairs{ Other.turn, function() Sleep(1) end, function() checkpoint(function() return 1 end) end, function() Human.input{ message = "?" } end } do
      local ok, err = pcall(f)
      codes[#codes + 1] = not ok and err.code or "allowed"
    end
  end }
  return { codes = codes, seen = State.get("seen"), text = result.text }
end)
