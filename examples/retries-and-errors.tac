-- Errors are values: a turn that fails raises an object with a code, a message and a hint,
-- `pcall` catches it, and the procedure goes on. Network errors and busy providers are tried
-- again by the runtime itself, as often as `retries` says.

agent("helper", {
  system_prompt = "You answer briefly.",
  tools = {},
  retries = 3,
  retry_delay = 0.5,
  max_turns = 2,
})

-- Runs `body` and tells how it went instead of failing.
local function attempt(name, body)
  local ok, problem = pcall(body)
  if ok then
    Log.info(name .. ": worked")
    return "ok"
  end
  Log.warn(name .. ": " .. tostring(problem), { code = problem.code, hint = problem.hint })
  return problem.code
end

main = procedure("main", {}, function()
  local outcome = {}

  outcome.good = attempt("a good turn", function()
    Helper.turn("In one sentence: why do programs fail?")
  end)

  -- A misspelt option is refused before anything is sent; the hint names the right one.
  outcome.misspelt = attempt("a misspelt option", function()
    Helper.turn({ inject = "Hello again.", temprature = 0.2 })
  end)

  outcome.second = attempt("a second turn", function()
    Helper.turn("In one sentence: what helps when they do?")
  end)

  -- max_turns is 2, so the third turn is one too many.
  outcome.third = attempt("one turn too many", function()
    Helper.turn("And one more?")
  end)

  return outcome
end)
