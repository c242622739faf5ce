--[==[
{ "about": "A loop over a stream sees partial objects, and a reset when an attempt is repeated; without streaming each comes once.",
  "script": [
    { "chunks": ["{\"a\":\"o", "n"], "truncate": true }, { "chunks": ["{\"a\":\"t", "wo\"}"] },
    { "chunks": ["{\"a\":\"th", "ree\"}"] }, { "chunks": ["who", "le"] } ],
  "expect": { "result": { "pieces": ["partial o", "partial on", "reset retry", "partial t", "partial two"], "data": "two", "once": ["partial three"], "whole": ["text whole"] } } }
]==]
agent("pair", { tools = {}, retry_delay = "1ms", output = { a = { type = "string", required = true } } })

main = procedure("main", {}, function()
  local function pieces(options)
    local seen = {}
    for chunk in Pair.stream(options) do
      seen[#seen + 1] = chunk.kind .. " " .. (chunk.partial and chunk.partial.a or chunk.reason or chunk.text)
    end
    return seen
  end
  local first = pieces("Go")
  local data = Pair.data.a
  return { pieces = first, data = data, once = pieces{ stream = false }, whole = pieces{ stream = false, output = false } }
end)
