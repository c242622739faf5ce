--[==[
{ "about": "`data` of a script is checked like any structured reply: asked for again, and given up.",
  "expect": {
    "result": { "data": { "city": "Paris", "pop": 21 }, "retries": 1, "path": "pop", "code": "TAC-AGENT-OUTPUT", "attempts": 3, "errors": 3 } } }
]==]
local output = { city = { type = "string", required = true }, pop = { type = "integer", required = true } }
agent("mending", { provider = "scripted", tools = {}, output = output, script = {
  { data = { city = "Rome" } }, { data = { city = "Paris", pop = 21 }, expect = "does not fit the required schema" } } })
agent("stubborn", { provider = "scripted", tools = {}, output = output, script = { { data = { city = 1, pop = 1 } }, { data = { city = 2, pop = 1 } }, { data = { city = 3, pop = 1 } } } })

main = procedure("main", {}, function()
  local r = Mending.turn()
  local _, err = pcall(Stubborn.turn)
  return { data = r.data, retries = r.retry_count, path = r.validation_errors[1].path, code = err.code, attempts = err.attempts, errors = #err.errors }
end)
