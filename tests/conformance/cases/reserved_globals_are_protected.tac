--[==[
{ "about": "input, params and context cannot be replaced; state takes a table.",
  "inputs": { "a": 1, "more": 2 },
  "expect": { "result": ["TAC-RESERVED", "TAC-RESERVED", "TAC-RESERVED", true, 2, 0, "main"],
    "events": [{ "event_type": "log", "level": "WARNING", "message": { "has": "more" } }] } }
]==]
main = procedure("main", { input = { a = "integer" } }, function()
  local codes = {}
  for i, assign in ipairs({ function() input = {} end, function() context = {} end, function() state = 1 end }) do
    codes[i] = select(2, pcall(assign)).code
  end
  return { codes[1], codes[2], codes[3], input == params, context.more, context.depth, context.procedure }
end)
