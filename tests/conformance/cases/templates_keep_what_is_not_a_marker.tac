--[==[
{ "about": "Markers are replaced, JSON samples survive, one warning for what resolves to nothing.",
  "script": [
    { "text": "ok", "expect": "Give {\\\"a\\\": {b}} for tides {nope} {input.q} 2 [1,2] deep  main 0" },
    { "text": "ok", "expect": "Give {\\\"a\\\": {b}} for tides {nope} {input.q} 3" } ],
  "inputs": { "q": "tides" },
  "expect": { "result": null,
    "counts": [[{ "event_type": "log", "level": "WARNING", "message": { "has": "{nope}" } }, 1],
               [{ "event_type": "log", "level": "WARNING", "message": { "has": "{b}" } }, 1]] } }
]==]
agent("writer", {
  tools = {},
  prepare = function() return { list = { 1, 2 } } end,
  system_prompt = 'Give {"a": {b}} for {input.q} {nope} {{input.q}} {state.count} {prepared.list} {state.deep.names[2]} '
    .. "{input.missing} {context.procedure} {context.depth}",
})

main = procedure("main", {
  input = { q = "string", missing = "string" },
}, function()
  State.set("count", 2)
  State.set("deep", { names = { "a", "deep" } })
  Writer.turn()
  state.count = 3
  Writer.turn()
end)
