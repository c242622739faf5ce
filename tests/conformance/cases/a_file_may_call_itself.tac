--[==[
{ "about": "A file that runs itself by its path has a fresh state in each call and the depth limit of the run.",
  "runs": [
    { "inputs": { "n": 5 }, "expect": { "result": { "result": 120, "depth": 1 },
      "counts": [[{ "event_type": "procedure_call", "stage": "completed" }, 4]] } },
    { "inputs": { "n": 1 }, "expect": { "result": { "result": 1, "depth": 0 }, "never": [{ "event_type": "procedure_call" }] } },
    { "inputs": { "n": 10 }, "expect": { "error": { "code": "TAC-DEPTH", "message": { "has": "Maximum recursion depth (5) exceeded" } } } } ] }
]==]
main = procedure("main", {
  input = { n = { type = "number", required = true } },
  output = { result = { type = "number", required = true }, depth = { type = "number", required = true } },
  state = { recursion_depth = { type = "number", default = 0 } },
}, function()
  if input.n <= 1 then return { result = 1, depth = state.recursion_depth } end
  state.recursion_depth = state.recursion_depth + 1
  local sub = Procedure.run("case.tac", { n = input.n - 1 })
  return { result = input.n * (sub.result or sub), depth = state.recursion_depth }
end)
