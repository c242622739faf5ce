--[==[
{ "about": "When nobody answers in time, the default, an error or another question follows; every request ends once.",
  "expect": { "result": { "approve": [true, true], "input": ["blue", true], "review": ["hold", true], "error": "TAC-HITL-TIMEOUT", "asked_again": [false, true],
      "kind": "TAC-HITL-OPTION", "label": "TAC-HITL-OPTION", "key": "did you mean 'message'?", "point": "Ship Ada?",
      "converted": [5, true], "no_answer": ["TAC-HITL-OPTION", "TAC-HITL-OPTION"] },
    "events": [
      { "event_type": "hitl_request", "request_id": "h0", "request_type": "approval", "message": "Ship Ada?", "message_class": "PENDING_APPROVAL" },
      { "event_type": "hitl_response", "request_id": "h0", "value": true, "timed_out": true, "message_class": "TIMED_OUT" },
      { "event_type": "hitl_request", "request_id": "h4" }, { "event_type": "hitl_response", "request_id": "h4" },
      { "event_type": "hitl_request", "request_id": "h4-1" }, { "event_type": "hitl_response", "request_id": "h4-1" } ] } }
]==]
hitl("ship", { type = "approval", message = "Ship {input.who}?", timeout = "10ms", default = true })

main = procedure("main", { input = { who = { type = "string", default = "Ada" } } }, function()
  local approve = table.pack(Human.approve("ship"))
  local input = table.pack(Human.input({ message = "Colour?", default = "blue", timeout = 0.01 }))
  local review, late = Human.review({ artifact = "x", options = { "ship", { label = "hold", type = "cancel" } }, timeout = 0.01 })
  local _, problem = pcall(Human.approve, { timeout = 0.01, on_timeout = "error" })
  local again = table.pack(Human.approve({ timeout = 0.01, on_timeout = "retry", max_retries = 1 }))
  local number = Human.input({ input_type = "integer", default = "5", timeout = 0.01 })
  local yes = Human.approve({ default = "yes", timeout = 0.01 })
  local _, no_number = pcall(Human.input, { input_type = "number", default = "many", timeout = 0.01 })
  local _, no_word = pcall(Human.approve, { default = "perhaps" })
  local _, kind = pcall(Human.input, "ship")
  local _, label = pcall(Human.review, { options = { "a" }, default = "b" })
  local _, key = pcall(Human.approve, { mesage = "?" })
  return { approve = { approve[1], approve[2] }, input = { input[1], input[2] }, review = { review.decision, late }, error = problem.code,
    asked_again = { again[1], again[2] }, kind = kind.code, label = label.code, key = key.hint, point = "Ship " .. context.params.who .. "?",
    converted = { number, yes }, no_answer = { no_number.code, no_word.code } }
end)
