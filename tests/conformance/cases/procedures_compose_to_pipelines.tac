--[==[
{ "about": "A pipeline of files, an agent that sees the state, checkpoints around plain computing: integers stay integers, quotients are floats.",
  "files": {
    "helpers/sum.tac": "main = procedure('main', { input = { values = { type = 'array', required = true } }, output = { result = { type = 'number', required = true } } }, function()\n  local sum = 0\n  for _, v in ipairs(input.values) do sum = sum + v end\n  return { result = sum }\nend)\n",
    "helpers/product.tac": "input { values = { type = 'array', required = true } }\nlocal product = 1\nfor i = 1, #input.values do product = product * input.values[i] end\nreturn product\n" },
  "script": [{ "text": "Steady growth.", "expect": "Sum: 30, product: 750, average: 10.0" }, { "text": "Short.", "expect": "average: 3.0" }],
  "runs": [
    { "inputs": { "numbers": "[5, 10, 15]" },
      "expect": { "result": { "sum": 30, "product": 750, "average": 10.0, "analysis": "Steady growth.", "squares": 333833500, "rest": 641419708, "marks": 2 },
        "counts": [[{ "event_type": "procedure_call", "stage": "completed" }, 2], [{ "event_type": "checkpoint", "type": "explicit_checkpoint" }, 2]] } },
    { "script": [{ "text": "Short.", "expect": "average: 3.0" }],
      "inputs": { "numbers": "[2, 3, 4]" }, "expect": { "result_fits": { "sum": 9, "product": 24, "average": 3.0 } } },
    { "script": ["Even."],
      "inputs": { "numbers": "[2, 4, 6]" }, "expect": { "result_fits": { "sum": 12, "product": 48, "average": 4.0 } } } ] }
]==]
agent("analyst", { system_prompt = "Sum: {state.sum}, product: {state.product}, average: {state.average}", tools = { "done" } })

main = procedure("main", {
  input = { numbers = { type = "array", required = true }, iterations = { type = "number", default = 1000 } },
  outputs = {
    sum = { type = "number", required = true }, product = { type = "number", required = true },
    average = { type = "number", required = true }, analysis = { type = "string", required = true },
    squares = "number", rest = "number", marks = "number",
  },
  state = {
    sum = { type = "number", default = 0 }, product = { type = "number", default = 1 }, average = { type = "number", default = 0 },
    marks = { type = "number", default = 0 },
  },
}, function()
  local sum = Procedure.run("helpers/sum.tac", { values = input.numbers })
  state.sum = sum.result or sum
  state.product = Procedure.run("helpers/product", { values = input.numbers })
  state.average = state.sum / #input.numbers
  Analyst.turn({})
  local squares = checkpoint(function()
    state.marks = state.marks + 1
    local total = 0
    for i = 1, input.iterations do total = total + i * i end
    return total
  end)
  local rest = checkpoint(function()
    state.marks = state.marks + 1
    local product = 1
    for i = 1, input.iterations do product = (product * i) % 1000000007 end
    return product
  end)
  return { sum = state.sum, product = state.product, average = state.average, analysis = Analyst.output,
    squares = squares, rest = rest, marks = state.marks }
end)
