--[==[
{ "about": "Steps and checkpoints run their function once and give its value; a name stands once in an invocation.",
  "expect": { "result": { "value": 7, "got": 7, "exists": true, "missing": false, "next": 3, "twice": "TAC-STEP-NAME", "nothing": true, "count": 1,
      "function": "TAC-JSON" },
    "events": [
      { "event_type": "checkpoint", "position": "0", "type": "step", "name": "load", "replayed": false },
      { "event_type": "checkpoint", "position": "1", "type": "explicit_checkpoint", "replayed": false } ] } }
]==]
main = procedure("main", {}, function()
  local value = Step.run("load", function() State.increment("count") return 7 end)
  local nothing = checkpoint()
  local _, wrong = pcall(checkpoint, function() return print end)
  local next_position = Checkpoint.next_position()
  local _, twice = pcall(step, "load", function() end)
  return { value = value, got = Checkpoint.get("load"), exists = Checkpoint.exists("load"), missing = Checkpoint.exists("other"),
    next = next_position, twice = twice.code, nothing = nothing == nil, count = State.get("count"), ["function"] = wrong.code }
end)
