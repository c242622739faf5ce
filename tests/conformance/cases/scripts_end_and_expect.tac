--[==[
{ "about": "A script without a reply left, and a request that is not as expected, name agent and request.",
  "expect": {
    "result": {
      "exhausted": { "code": "TAC-PROVIDER-SCRIPT", "message": "agent 'short', request 2: its script has only 1 reply", "line": 13 },
      "unmet": { "code": "TAC-PROVIDER-SCRIPT", "message": "agent 'picky', request 1: the request does not contain the expected text: magic word", "line": 14 },
      "empty": { "code": "TAC-PROVIDER-SCRIPT", "message": "agent 'mute', request 1: the agent has no `script` to answer from", "line": 15 },
      "goes_on": "magic" },
    "events": [
      { "event_type": "agent_turn", "agent_name": "short", "stage": "completed" },
      { "event_type": "agent_turn", "agent_name": "short", "stage": "failed", "error": { "code": "TAC-PROVIDER-SCRIPT", "attempts": 1 } } ] } }
]==]
agent("short", { provider = "scripted", tools = {}, script = { "Only this." } })
agent("picky", { provider = "scripted", tools = {}, script = { { text = "no", expect = "magic word" }, { text = "magic", expect = "magic word" } } })
agent("mute", { provider = "scripted", tools = {}, script = {} })

main = procedure("main", {}, function()
  local function failure(fn)
    local ok, err = pcall(fn)
    return ok and "no failure" or { code = err.code, message = err.message, line = err.line }
  end
  Short.turn()
  return { exhausted = failure(Short.turn), unmet = failure(Picky.turn), empty = failure(Mute.turn),
    goes_on = Picky.turn("the magic word").text }
end)
