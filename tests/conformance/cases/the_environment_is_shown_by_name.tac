--[==[
{ "about": "env.X, os.getenv and {env.X} show what env_allow lists; others are nil with one warning.",
  "config": "env_allow: [CASE_SEEN, CASE_UNSET]\n",
  "files": { ".env": "CASE_SEEN=yes\nCASE_HIDDEN=no\n" },
  "script": [{ "text": "Fine.", "expect": "seen yes, unset ." }],
  "expect": {
    "result": { "seen": "yes", "os": "yes", "unset": "nil", "hidden": "nil", "os_hidden": "nil", "set": "TAC-RESERVED", "turn": "Fine." },
    "counts": [[{ "event_type": "log", "level": "WARNING", "message": { "has": "env_allow" } }, 1],
               [{ "event_type": "log", "message": { "has": "CASE_HIDDEN" } }, 1]] } }
]==]
agent("a", { tools = {}, system_prompt = "seen {env.CASE_SEEN}, unset {env.CASE_UNSET}." })
local at_load = env.CASE_SEEN

main = procedure("main", {}, function()
  local _, err = pcall(function() env.CASE_SEEN = "x" end)
  return { seen = at_load, os = os.getenv("CASE_SEEN"), unset = tostring(env.CASE_UNSET), hidden = tostring(env.CASE_HIDDEN),
    os_hidden = tostring(os.getenv("CASE_HIDDEN")), set = err.code, turn = A.turn().text }
end)
