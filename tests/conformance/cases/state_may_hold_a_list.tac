--[==[
{ "about": "Integer keys of state are kept as decimal strings where it is told; nothing breaks.",
  "script": [{ "text": "ok", "expect": "first is {state.1}" }],
  "expect": { "result": "ok", "events": [{ "event_type": "state_changed", "key": "1", "value": "one" },
    { "event_type": "execution_summary", "final_state": { "1": "one" } }] } }
]==]
agent("reader", { tools = {}, system_prompt = "first is {state.1}" })

main = procedure("main", {}, function()
  state[1] = "one"
  return Reader.turn().text
end)
