--[==[
{ "about": "A cancelled task ends at its wait, uncatchably; whoever waits for it gets TAC-CANCELLED, and the run goes on.",
  "expect": { "result": { "was_live": true, "again": false, "code": "TAC-CANCELLED", "state": "cancelled", "caught": false },
    "events": [{ "event_type": "procedure_call", "name": "endless", "stage": "cancelled" }] } }
]==]
procedure("endless", {}, function()
  pcall(Sleep, "1h")
  State.set("caught", true)
end)

main = procedure("main", {}, function()
  local handle = Procedure.spawn("endless")
  local was_live = Procedure.cancel(handle)
  local _, problem = pcall(Procedure.wait, handle)
  return { was_live = was_live, again = Procedure.cancel(handle), code = problem.code, state = Procedure.status(handle).state,
    caught = State.get("caught", false) }
end)
