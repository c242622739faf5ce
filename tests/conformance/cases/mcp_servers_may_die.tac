--[==[
{ "about": "An MCP server that dies gives an error result, and so do the calls after it; the next turn begins another one.",
  "files": {"greet.sh": "greet=\"{\\\"tools\\\":[{\\\"name\\\":\\\"greet\\\",\\\"description\\\":\\\"Greets\\\",\\\"inputSchema\\\":{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{\\\"who\\\":{\\\"type\\\":\\\"string\\\"},\\\"n\\\":{\\\"type\\\":\\\"integer\\\"}},\\\"required\\\":[\\\"who\\\"]}},{\\\"name\\\":\\\"facts\\\"},{\\\"name\\\":\\\"refuse\\\"},{\\\"name\\\":\\\"die\\\"}]}\"\nanswer() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\\n' \"$1\" \"$2\"; }\nwhile IFS= read -r line; do\n  id=${line#*\\\"id\\\":}\n  id=${id%%,*}\n  case $line in\n    *'\"method\":\"initialize\"'*) answer \"$id\" '{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}}}' ;;\n    *'\"method\":\"tools/list\"'*) answer \"$id\" \"$greet\" ;;\n    *'\"name\":\"greet\"'*)\n      printf '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":1,\"total\":2,\"message\":\"thinking\"}}\\n' \"$id\"\n      answer \"$id\" '{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"},{\"type\":\"text\",\"text\":\"from '\"$1\"'\"}]}' ;;\n    *'\"name\":\"facts\"'*) answer \"$id\" '{\"content\":[],\"structuredContent\":{\"sum\":5,\"of\":[2,3]}}' ;;\n    *'\"name\":\"refuse\"'*) answer \"$id\" '{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"not today\"}]}' ;;\n    *'\"name\":\"die\"'*) echo 'out of luck' >&2; exit 7 ;;\n  esac\ndone\n"},
  "config": "mcp_servers:\n  s: { command: sh, args: [greet.sh, s] }\n",
  "expect": {"result": {"ok": false, "text": "Noted.", "after": "Hello\nfrom s"}, "events": [{"event_type": "agent_tool_call", "tool_name": "s_die", "stage": "failed", "error": {"has": "MCP server 's': its process exited with status 7; it wrote to standard error: out of luck"}}, {"event_type": "agent_tool_call", "tool_name": "s_greet", "stage": "failed", "error": {"has": "exited with status 7"}}, {"event_type": "agent_tool_call", "tool_name": "s_greet", "stage": "completed"}]} }
]==]
agent("user", { provider = "scripted", tools = { "s" }, script = {
  { tool_calls = { { name = "s_die", args = {} } } }, { tool_calls = { { name = "s_greet", args = { who = "you" } } } },
  { text = "Noted.", expect = "out of luck" }, { tool_calls = { { name = "s_greet", args = { who = "you" } } } }, "Fine." } })

main = procedure("main", {}, function()
  local text = User.turn().text
  local ok = Tool.last_call("s_die").ok
  User.turn()
  return { ok = ok, text = text, after = Tool.last_result("s_greet") }
end)
