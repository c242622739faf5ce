--[==[
{ "about": "Stopping the run closes the connection of a prediction at once.",
  "http": [{ "delay_ms": 20000, "json": 1 }],
  "cancel": { "event_type": "log", "message": "asking" },
  "expect": { "status": "cancelled", "stop_ms_max": 2000, "never": [{ "event_type": "log", "message": "went on" }] } }
]==]
model("m", { type = "http", endpoint = "{http}/p" })

main = procedure("main", {}, function()
  Log.info("asking")
  pcall(M.predict, 1)
  Log.info("went on")
end)
