--[==[
{ "about": "retries of the configuration serve agents that say nothing.",
  "config": "retries: 0\n",
  "script": [{ "error": { "status": 503 } }, { "error": { "status": 503 } }, "Fine."],
  "expect": { "result": ["TAC-PROVIDER-UNAVAILABLE", "Fine."], "requests": 3 } }
]==]
agent("plain", { tools = {} })
agent("stubborn", { tools = {}, retries = 1, retry_delay = 0.01 })

main = procedure("main", {}, function()
  local _, err = pcall(Plain.turn)
  return { err.code, Stubborn.turn().text }
end)
