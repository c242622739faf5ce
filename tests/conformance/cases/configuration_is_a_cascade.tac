--[==[
{ "about": "a sidecar wins over the workspace; [] clears a list and key+ appends to it.",
  "script": ["Hello."],
  "config": "env_allow: [TACTUS_CASE_A]\ndefault_toolsets: [first]\n",
  "files": { ".env": "TACTUS_CASE_A=from a\nTACTUS_CASE_B=from b\n" },
  "runs": [
    { "about": "without a sidecar",
      "expect": { "result": "Hello.",
                  "events": [{ "event_type": "agent_turn", "stage": "started", "tools": ["first"] }] } },
    { "about": "the sidecar clears",
      "files": { "case.tac.yml": "default_toolsets: []\n", "case.yml": "default_toolsets: [done]\n" },
      "expect": { "events": [{ "event_type": "agent_turn", "stage": "started", "tools": [] }] } },
    { "about": "the short sidecar appends",
      "files": { "case.yml": "default_toolsets+: [done]\n" },
      "expect": { "events": [{ "event_type": "agent_turn", "stage": "started",
                               "tools": ["first", "done"] }] } },
    { "about": "a run-level switch wins over the sidecar",
      "files": { "case.tac.yml": "default_provider: nobody\nstream: true\n" },
      "overrides": { "provider": "demo", "stream": false },
      "expect": { "events": [{ "event_type": "agent_turn", "stage": "started", "provider": "demo",
                               "streaming": false }] } },
    { "about": "a misspelt key of a sidecar is refused with its place",
      "files": { "case.tac.yml": "\ndefalt_model: x\n" },
      "expect": { "refused": true,
                  "error": { "code": "TAC-CONFIG", "message": { "has": "'defalt_model'" },
                             "hint": { "has": "default_model" },
                             "file": { "has": "case.tac.yml" }, "line": 2 } } },
    { "about": "a key that means nothing is a warning with its place",
      "files": { "case.tac.yml": "weather: fine\n" },
      "expect": { "result": "Hello.",
                  "events": [{ "event_type": "log", "level": "WARNING",
                               "message": { "has": "unknown configuration key 'weather'" },
                               "context": { "code": "TAC-CONFIG", "file": { "has": "case.tac.yml" },
                                            "line": 1 } }] } } ] }
]==]
tool("first", { description = "Does nothing", parameters = {} }, function() return "" end)
agent("a", {})

main = procedure("main", {}, function() return A.turn().text end)
