--[==[
{ "about": "Five nested invocations below main, or what its max_depth says.",
  "runs": [
    { "inputs": { "n": 5 }, "expect": { "result": { "result": 120 } } },
    { "inputs": { "n": 10 }, "expect": { "error": { "code": "TAC-DEPTH", "message": { "has": "Maximum recursion depth (5) exceeded" } },
      "counts": [[{ "event_type": "procedure_call", "stage": "started" }, 5], [{ "event_type": "procedure_call", "stage": "failed" }, 5]] } } ] }
]==]
local factorial
factorial = procedure("factorial", { input = { n = { type = "integer", required = true } } }, function()
  if input.n <= 1 then return { result = 1 } end
  return { result = input.n * factorial({ n = input.n - 1 }).result }
end)

main = procedure("main", { input = { n = { type = "integer", required = true } } }, function()
  return factorial({ n = input.n })
end)
