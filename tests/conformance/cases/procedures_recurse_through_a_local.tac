--[==[
{ "about": "A local that holds a procedure calls it, also recursively; calls are nested.",
  "expect": {
    "result": 24,
    "events": [
      { "event_type": "procedure_call", "stage": "started", "call_id": "p0", "parent": null, "inputs": { "n": 4 } },
      { "event_type": "procedure_call", "stage": "started", "call_id": "p0.0", "parent": "p0", "inputs": { "n": 3 } },
      { "event_type": "procedure_call", "stage": "started", "call_id": "p0.0.0.0", "parent": "p0.0.0", "inputs": { "n": 1 } },
      { "event_type": "procedure_call", "stage": "completed", "call_id": "p0.0.0.0", "parent": "p0.0.0", "result": { "n": 1 } },
      { "event_type": "procedure_call", "stage": "completed", "call_id": "p0", "parent": null, "result": { "n": 24 } } ],
    "counts": [[{ "event_type": "procedure_call", "stage": "started" }, 4]] } }
]==]
local f
f = procedure("f", function()
  return { n = input.n <= 1 and 1 or input.n * f({ n = input.n - 1 }).n }
end)

main = procedure("main", {}, function() return f({ n = 4 }).n end)
