--[==[
{ "about": "Declared state is brought to its type at each recorded operation and at the end; what does not fit is a warning, told once, or an error with strict_state.",
  "runs": [
    { "about": "a warning, once for each field that stops fitting",
      "expect": {
        "result": { "n": 3, "kind": "integer", "caught": false },
        "counts": [[{ "event_type": "log", "level": "WARNING", "context": { "code": "TAC-STATE-TYPE" } }, 2]],
        "events": [
          { "event_type": "log", "level": "WARNING", "message": { "has": "state of procedure 'counting' does not fit its declaration: tags[1]: expected string, got integer 2" },
            "context": { "code": "TAC-STATE-TYPE", "line": { "any": true } } },
          { "event_type": "log", "level": "WARNING", "message": { "has": "name: expected string" } },
          { "event_type": "state_changed", "key": "total", "value": 6 } ] } },
    { "about": "an error at the operation that finds it, which the program may catch",
      "config": "strict_state: true\n",
      "expect": {
        "result": { "caught": true },
        "events": [{ "event_type": "procedure_call", "name": "counting", "stage": "failed",
                     "error": { "code": "TAC-STATE-TYPE", "path": "tags[1]", "hint": { "has": "declaration" } } }],
        "never": [{ "event_type": "log", "level": "WARNING" }] } },
    { "about": "main's state is held to it at its end, too",
      "config": "strict_state: true\n",
      "inputs": { "spoil": true },
      "expect": { "status": "failed", "error": { "code": "TAC-STATE-TYPE", "message": { "has": "total: expected integer, got string" } } } } ] }
]==]
local counting = procedure("counting", {
  state = { n = { type = "integer", default = 0 }, tags = { type = "array", items = "string" }, name = "string", absent = { type = "string", required = true } },
}, function()
  state.n = 3.0
  state.tags = { "one" }
  checkpoint()
  local kind = math.type(state.n)
  state.tags[2] = 2
  checkpoint()
  checkpoint()
  state.name = 5
  return { n = state.n, kind = kind }
end)

main = procedure("main", {
  input = { spoil = { type = "boolean", default = false } },
  state = { total = { type = "integer", default = 0 } },
}, function()
  if input.spoil then state.total = "lots" return nil end
  local ok, made = pcall(counting)
  state.total = 6.0
  return { n = ok and made.n or nil, kind = ok and made.kind or nil, caught = not ok and made.code == "TAC-STATE-TYPE" }
end)
