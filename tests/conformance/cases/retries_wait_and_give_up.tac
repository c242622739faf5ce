--[==[
{ "about": "Retry.with_backoff calls again after an error, tells on_error, and says after how many attempts it gave up.",
  "expect": { "result": { "value": "third", "delays": [0.001, 0.002], "failure": "Retry failed after 2 attempts: never", "stopped": 1, "option": "did you mean 'max_attempts'?" },
    "events": [{ "event_type": "log", "level": "WARNING", "message": "Retrying after an error" },
      { "event_type": "checkpoint", "type": "sleep" }] } }
]==]
main = procedure("main", {}, function()
  local tries, delays = 0, {}
  local value = Retry.with_backoff(function()
    tries = tries + 1
    if tries < 3 then error("not yet") end
    return "third"
  end, { initial_delay = 0.001, on_error = function(e) delays[#delays + 1] = e.delay end })
  local _, failure = pcall(Retry.with_backoff, function() error("never", 0) end, { max_attempts = 2, initial_delay = 0 })
  local stopped = 0
  pcall(Retry.with_backoff, function() stopped = stopped + 1 error("x") end, { on_error = function() return false end })
  local _, wrong = pcall(Retry.with_backoff, function() end, { max_atempts = 3 })
  return { value = value, delays = delays, failure = failure.message, stopped = stopped, option = wrong.hint }
end)
