--[==[
{ "about": "Tasks share State, keep their own input and histories, and are waited for one by one, any or all.",
  "expect": { "result": { "sum": 6, "first": true, "keys": true, "late": "timeout", "done": "completed", "complete": true, "state": ["one", "three", "two"],
      "failed": "no luck", "own": 0, "gone": "TAC-PROCEDURE-NOT-FOUND", "hint": "did you mean 'part'?", "handle": "TAC-OPTION", "none": {}, "none_left": true, "any_of_none": "TAC-OPTION" },
    "events": [
      { "event_type": "procedure_call", "call_id": "p0", "name": "part", "stage": "started", "parent": null },
      { "event_type": "procedure_call", "name": "part", "stage": "completed" } ] } }
]==]
agent("worker", { provider = "scripted", tools = {}, script = { "Done." } })
procedure("part", { input = { n = "number", word = "string" }, output = { n = "number" } }, function()
  Worker.turn()
  State.append("words", input.word)
  return { n = input.n }
end)
procedure("slow", {}, function() Sleep(0.2) end)
procedure("bad", {}, function() error("no luck", 0) end)

main = procedure("main", {}, function()
  local words = { "one", "two", "three" }
  local handles = {}
  for n, word in ipairs(words) do handles[word] = Procedure.spawn("part", { n = n, word = word }) end
  local handle, key, output = Procedure.wait_any(handles)
  local all = Procedure.wait_all(handles)
  local slow = Procedure.spawn("slow")
  local _, late = Procedure.wait(slow, "10ms")
  local _, failure = pcall(Procedure.wait, Procedure.spawn("bad"))
  local _, gone = pcall(Procedure.run, "prt")
  local _, wrong = pcall(Procedure.wait, { id = "9" })
  local state = State.get("words")
  table.sort(state)
  return { sum = all.one.n + all.two.n + all.three.n, first = handles[key] == handle, keys = output.n == all[key].n, late = late,
    done = Procedure.status(handle).state, complete = Procedure.all_complete(handles), state = state,
    failed = failure.message, own = #Worker.messages, gone = gone.code, hint = gone.hint, handle = wrong.code,
    none = Procedure.wait_all({}), none_left = Procedure.all_complete({}), any_of_none = select(2, pcall(Procedure.wait_any, {})).code }
end)
