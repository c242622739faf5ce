--[==[
{ "about": "A busy loop and a pathological pattern end the run; pcall does not help.",
  "config": "limits: {cpu_ms: 200}\n",
  "runs": [
    { "inputs": { "how": "loop" }, "expect": { "error": { "code": "TAC-SANDBOX-CPU" }, "never": [{ "event_type": "log", "message": "caught" }] } },
    { "inputs": { "how": "pattern" }, "expect": { "error": { "code": "TAC-SANDBOX-CPU" }, "never": [{ "event_type": "log", "message": "caught" }] } } ] }
]==]
main = procedure("main", { input = { how = "string" } }, function()
  pcall(function()
    if input.how == "loop" then while true do end end
    string.find(("a"):rep(40), ("a*"):rep(30) .. "b")
  end)
  Log.info("caught")
end)
