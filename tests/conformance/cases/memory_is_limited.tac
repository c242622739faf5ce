--[==[
{ "about": "More memory than allowed is a catchable error, and the program goes on.",
  "config": "limits: {memory_mb: 32}\n",
  "expect": { "result": [false, "TAC-SANDBOX-MEMORY", "on"] } }
]==]
main = procedure("main", {}, function()
  local ok, err = pcall(string.rep, "x", 1 << 30)
  return { ok, err.code, "on" }
end)
