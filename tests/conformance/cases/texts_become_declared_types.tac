--[==[
{ "about": "Parameters that arrive as text are converted by their declared type.",
  "runs": [
    { "inputs": { "numbers": "[2,3,4]", "count": "5" }, "expect": { "result": [3, 9, "n5"] } },
    { "inputs": { "numbers": "[]", "count": "abc" },
      "expect": { "refused": true, "error": { "code": "TAC-INPUT", "message": { "has": "count" } } } },
    { "inputs": { "numbers": "[1", "count": "1" },
      "expect": { "refused": true, "error": { "code": "TAC-INPUT", "message": { "has": "numbers" } } } } ] }
]==]
main = procedure("main", {
  input = { numbers = { type = "array", required = true }, count = { type = "number", required = true } },
}, function()
  local sum = 0
  for _, n in ipairs(input.numbers) do sum = sum + n end
  return { #input.numbers, sum, "n" .. input.count }
end)
