--[==[
{ "about": "context tells who calls; nothing in it can be changed, and it is stored and visited like a table.",
  "inputs": { "extra": "x" },
  "expect": { "result": { "same": "TAC-RESERVED", "new": "TAC-RESERVED", "kept": "main", "extra": "x", "keys": "depth extra params procedure procedure_id run_id",
    "stored": "main", "absent": "nil" } } }
]==]
main = procedure("main", { input = { a = { type = "integer", default = 1 } } }, function()
  local function code(f) return select(2, pcall(f)).code end
  local keys = {}
  for key in pairs(context) do keys[#keys + 1] = key end
  State.set("context", context)
  return { same = code(function() context.procedure = "other" end), new = code(function() context.mine = 1 end), kept = context.procedure,
    extra = context.extra, keys = table.concat(keys, " "), stored = Json.decode(Json.encode(State.get("context"))).procedure, absent = tostring(context.mine) }
end)
