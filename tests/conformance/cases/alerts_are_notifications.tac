--[==[
{ "about": "System.alert is a notification of the system with its class; wrong tables are refused.",
  "expect": {
    "result": ["nil", "TAC-OPTION", "did you mean 'level'?", "TAC-OPTION", "did you mean 'warning'?", "TAC-OPTION", "TAC-OPTION"],
    "events": [
      { "event_type": "notification", "level": "warning", "message": "Nearly full", "source": "system",
        "alert_source": "disk", "message_class": "ALERT_WARNING", "context": { "free": 3 } },
      { "event_type": "notification", "level": "info", "message": "5", "source": "system", "message_class": "ALERT_INFO" }],
    "counts": [[{ "event_type": "notification" }, 2]] } }
]==]
main = procedure("main", {}, function()
  local function refused(t)
    local _, err = pcall(System.alert, t)
    return err.code, err.hint
  end
  local first = System.alert{ message = "Nearly full", level = "warning", source = "disk", context = { free = 3 } }
  System:alert{ message = 5 }
  local key, key_hint = refused{ message = "x", levle = "info" }
  local level, level_hint = refused{ message = "x", level = "warnin" }
  return { tostring(first), key, key_hint, level, level_hint, (refused{}), (refused("text")) }
end)
