--[==[
{ "about": "Log takes any value and any context; print and log are the same; declaring may log too.",
  "expect": { "result": null,
    "events": [
      { "event_type": "log", "level": "INFO", "message": "declaring" },
      { "event_type": "log", "level": "DEBUG", "message": "a", "logger_name": "procedure.main" },
      { "event_type": "log", "level": "WARNING", "message": "12", "context": { "f": { "any": true }, "n": 1 } },
      { "event_type": "log", "level": "ERROR", "message": "nil" },
      { "event_type": "log", "level": "INFO", "message": "called" },
      { "event_type": "log", "level": "INFO", "message": "called too", "context": { "x": 1 } },
      { "event_type": "log", "level": "INFO", "message": "1\ttwo\ttrue" } ] } }
]==]
Log.info("declaring")
main = procedure("main", {}, function()
  Log.debug("a")
  Log:warn(12, { f = print, n = 1 })
  Log.error(nil)
  log("called")
  Log("called too", { x = 1 })
  print(1, "two", true)
end)
