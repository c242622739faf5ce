--[==[
{ "about": "An MCP server that cannot be used is a warning while it is merely registered; a turn that lists it raises TAC-MCP-CONNECT, and may be tried again.",
  "files": {"greet.sh": "greet=\"{\\\"tools\\\":[{\\\"name\\\":\\\"greet\\\",\\\"description\\\":\\\"Greets\\\",\\\"inputSchema\\\":{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{\\\"who\\\":{\\\"type\\\":\\\"string\\\"},\\\"n\\\":{\\\"type\\\":\\\"integer\\\"}},\\\"required\\\":[\\\"who\\\"]}},{\\\"name\\\":\\\"facts\\\"},{\\\"name\\\":\\\"refuse\\\"},{\\\"name\\\":\\\"die\\\"}]}\"\nanswer() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\\n' \"$1\" \"$2\"; }\nwhile IFS= read -r line; do\n  id=${line#*\\\"id\\\":}\n  id=${id%%,*}\n  case $line in\n    *'\"method\":\"initialize\"'*) answer \"$id\" '{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}}}' ;;\n    *'\"method\":\"tools/list\"'*) answer \"$id\" \"$greet\" ;;\n    *'\"name\":\"greet\"'*)\n      printf '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":1,\"total\":2,\"message\":\"thinking\"}}\\n' \"$id\"\n      answer \"$id\" '{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"},{\"type\":\"text\",\"text\":\"from '\"$1\"'\"}]}' ;;\n    *'\"name\":\"facts\"'*) answer \"$id\" '{\"content\":[],\"structuredContent\":{\"sum\":5,\"of\":[2,3]}}' ;;\n    *'\"name\":\"refuse\"'*) answer \"$id\" '{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"not today\"}]}' ;;\n    *'\"name\":\"die\"'*) echo 'out of luck' >&2; exit 7 ;;\n  esac\ndone\n"},
  "config": "mcp_servers:\n  gone: { command: no-such-program }\n  here: { command: sh, args: [greet.sh, here] }\n",
  "expect": {"result": {"code": "TAC-MCP-CONNECT", "says": true, "again": "TAC-MCP-CONNECT", "text": "All is well."}, "events": [{"event_type": "log", "level": "WARNING", "message": {"has": "MCP server 'gone' cannot be used"}, "context": {"code": "TAC-MCP-CONNECT"}}, {"event_type": "agent_turn", "stage": "started", "agent_name": "all", "tools": ["here_greet", "here_facts", "here_refuse", "here_die", "done"]}, {"event_type": "agent_turn", "stage": "completed", "agent_name": "all"}], "counts": [[{"event_type": "log", "level": "WARNING"}, 1]], "never": [{"event_type": "agent_turn", "agent_name": "needs"}]} }
]==]
agent("all", { provider = "scripted", script = { "First.", "All is well." } })
agent("needs", { provider = "scripted", tools = { "gone_tool" }, script = { "Never." } })

main = procedure("main", {}, function()
  All.turn()
  local _, err = pcall(Needs.turn)
  local _, again = pcall(Needs.turn, { tools = { "gone" } })
  return { code = err.code, says = err:find("no-such-program", 1, true) ~= nil, again = again.code, text = All.turn().text }
end)
