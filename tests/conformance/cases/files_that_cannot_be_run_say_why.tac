--[==[
{
  "about": "A file that is missing, outside, wrong or goes round in circles is told as such, with what was meant.",
  "files": {
    "lib/area.tac": "main = procedure(\"main\", {}, function() return \"m\" end)\n",
    "broken.tac": "main = procedure(\"main\", {}, function()\n  return (\nend)\n",
    "nomain.tac": "agent(\"a\", { provider = \"scripted\", script = {} })\n",
    "ping.tac": "main = procedure(\"main\", { input = { n = \"integer\" } }, function()\n  return input.n == 0 and \"over\" or Procedure.run(\"pong\", { n = input.n - 1 })\nend)\n",
    "pong.tac": "main = procedure(\"main\", { input = { n = \"integer\" } }, function()\n  return input.n == 0 and \"over\" or Procedure.run(\"ping\", { n = input.n - 1 })\nend)\n",
    "fails.tac": "\nmain = procedure(\"main\", { input = { w = { type = \"number\", required = true } } }, function()\n  error(\"no good\")\nend)\n"
  },
  "expect": {
    "result": {
      "missing": {
        "code": "TAC-PROCEDURE-NOT-FOUND",
        "hint": "did you mean 'lib/area'?"
      },
      "near": {
        "code": "TAC-PROCEDURE-NOT-FOUND",
        "hint": "did you mean 'shared'?"
      },
      "outside": {
        "code": "TAC-SANDBOX-DENIED"
      },
      "broken": {
        "code": "TAC-SYNTAX",
        "file": "broken.tac",
        "line": 3
      },
      "nomain": {
        "code": "TAC-NO-MAIN",
        "file": "nomain.tac"
      },
      "input": {
        "code": "TAC-INPUT",
        "named": true
      },
      "fails": {
        "file": "fails.tac",
        "line": 3,
        "chain": "fails"
      },
      "round": "over",
      "deep": {
        "code": "TAC-DEPTH"
      }
    }
  }
}
]==]
procedure("shared", {}, function() return 1 end)

local function told(name, input, ...)
  local ok, err = pcall(Procedure.run, name, input)
  if ok then return "no error" end
  local out = {}
  for _, key in ipairs({ ... }) do out[key] = err[key] end
  return out, err
end

main = procedure("main", {}, function()
  local _, missing_input = told("fails", {})
  local fails, failure = told("fails", { w = 1 }, "file", "line")
  fails.chain = failure.procedures[1]
  return {
    missing = told("lib/aera", nil, "code", "hint"),
    near = told("shard", nil, "code", "hint"),
    outside = told("../elsewhere", nil, "code"),
    broken = told("broken", nil, "code", "file", "line"),
    nomain = told("nomain", nil, "code", "file"),
    input = { code = missing_input.code, named = missing_input.message:find("'fails' missing required input: w", 1, true) ~= nil },
    fails = fails,
    round = Procedure.run("ping", { n = 3 }),
    deep = told("ping", { n = 30 }, "code"),
  }
end)
