--[==[
{ "about": "Errors and truncation of a script fail requests as a provider's do; every retry takes a reply.",
  "expect": {
    "result": {
      "mended": { "text": "Good text", "retries": 1, "seen": "Lost words |Good text", "both": true },
      "cut": { "code": "TAC-PROVIDER-STREAM", "attempts": 3, "partial": "three " },
      "limited": { "code": "TAC-PROVIDER-RATE-LIMIT", "attempts": 1, "said": true },
      "waited": { "text": "after the wait", "retries": 1 } },
    "events": [
      { "event_type": "attempt_superseded", "agent_name": "mended", "attempt": 0, "reason": "retry" },
      { "event_type": "agent_turn", "agent_name": "cut", "stage": "failed", "finish_reason": "truncated" } ],
    "counts": [[{ "event_type": "attempt_superseded", "agent_name": "cut" }, 2]] } }
]==]
local S = { provider = "scripted", tools = {}, retry_delay = 0.01 }
local function scripted(script, more)
  local config = { script = script }
  for key, value in pairs(S) do config[key] = value end
  for key, value in pairs(more or {}) do config[key] = value end
  return config
end
agent("mended", scripted{ { chunks = { "Lost ", "words ", "here" }, error = { status = 500, after = 2 } },
  { text = "Good text", usage = { prompt_tokens = 7, completion_tokens = 2 } } })
agent("cut", scripted{ { text = "one ", truncate = true }, { text = "two ", truncate = true }, { text = "three ", truncate = true } })
agent("limited", scripted({ { error = { status = 429, message = "slow down" } } }, { retries = 0 }))
agent("waited", scripted{ { error = { status = 429, retry_after = 0.02 } }, "after the wait" })

main = procedure("main", {}, function()
  local seen = ""
  local mended = Mended.turn{ inject = "Write", on_chunk = function(chunk) seen = seen .. (chunk.kind == "reset" and "|" or chunk.text) end }
  local _, cut = pcall(Cut.turn)
  local _, limited = pcall(Limited.turn)
  local waited = Waited.turn()
  return {
    mended = { text = mended.text, retries = mended.retry_count, seen = seen, both = mended.usage.total_tokens > 9 },
    cut = { code = cut.code, attempts = cut.attempts, partial = cut.partial },
    limited = { code = limited.code, attempts = limited.attempts, said = limited.message:find("slow down") ~= nil },
    waited = { text = waited.text, retries = waited.retry_count } }
end)
