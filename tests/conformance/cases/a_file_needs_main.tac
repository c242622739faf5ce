--[==[
{ "about": "Only an agent: nothing to run.",
  "expect": { "refused": true,
    "error": { "code": "TAC-NO-MAIN", "message": { "has": "procedure declaration is required" }, "hint": { "has": "procedure(" } } } }
]==]
agent("lonely", { tools = {} })
