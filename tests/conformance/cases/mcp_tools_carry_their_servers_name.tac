--[==[
{ "about": "A tool of an MCP server is exposed and recorded as server_tool; lists name a server or one tool; texts are joined, structured content is a table.",
  "files": {"greet.sh": "greet=\"{\\\"tools\\\":[{\\\"name\\\":\\\"greet\\\",\\\"description\\\":\\\"Greets\\\",\\\"inputSchema\\\":{\\\"type\\\":\\\"object\\\",\\\"properties\\\":{\\\"who\\\":{\\\"type\\\":\\\"string\\\"},\\\"n\\\":{\\\"type\\\":\\\"integer\\\"}},\\\"required\\\":[\\\"who\\\"]}},{\\\"name\\\":\\\"facts\\\"},{\\\"name\\\":\\\"refuse\\\"},{\\\"name\\\":\\\"die\\\"}]}\"\nanswer() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\\n' \"$1\" \"$2\"; }\nwhile IFS= read -r line; do\n  id=${line#*\\\"id\\\":}\n  id=${id%%,*}\n  case $line in\n    *'\"method\":\"initialize\"'*) answer \"$id\" '{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}}}' ;;\n    *'\"method\":\"tools/list\"'*) answer \"$id\" \"$greet\" ;;\n    *'\"name\":\"greet\"'*)\n      printf '{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":%s,\"progress\":1,\"total\":2,\"message\":\"thinking\"}}\\n' \"$id\"\n      answer \"$id\" '{\"content\":[{\"type\":\"text\",\"text\":\"Hello\"},{\"type\":\"text\",\"text\":\"from '\"$1\"'\"}]}' ;;\n    *'\"name\":\"facts\"'*) answer \"$id\" '{\"content\":[],\"structuredContent\":{\"sum\":5,\"of\":[2,3]}}' ;;\n    *'\"name\":\"refuse\"'*) answer \"$id\" '{\"isError\":true,\"content\":[{\"type\":\"text\",\"text\":\"not today\"}]}' ;;\n    *'\"name\":\"die\"'*) echo 'out of luck' >&2; exit 7 ;;\n  esac\ndone\n"},
  "config": "mcp_servers:\n  s1: { command: sh, args: [greet.sh, one] }\n  s2: { command: sh, args: [greet.sh, two] }\n",
  "expect": {"result": {"one": "Hello\nfrom one", "two": "Hello\nfrom two", "facts": {"sum": 5, "of": [2, 3]}, "refused": "not today", "direct": "Hello\nfrom two", "wrong": "TAC-TOOL-ARGS", "failed": "TAC-TOOL-FAILED", "unknown": "TAC-TOOL-NOT-FOUND", "count": 2}, "events": [{"event_type": "agent_turn", "stage": "started", "agent_name": "lists", "tools": ["s1_greet", "s1_facts", "s1_refuse", "s1_die", "s2_greet"]}, {"event_type": "agent_tool_call", "tool_name": "s1_greet", "stage": "progress", "message": "thinking", "fraction": 0.5}, {"event_type": "agent_tool_call", "tool_name": "s1_greet", "stage": "completed", "result": "Hello\nfrom one"}, {"event_type": "agent_tool_call", "tool_name": "s1_facts", "stage": "completed", "result": {"sum": 5, "of": [2, 3]}}, {"event_type": "agent_tool_call", "tool_name": "s1_refuse", "stage": "failed", "error": "not today"}, {"event_type": "agent_turn", "stage": "started", "agent_name": "all", "tools": ["local_one", "s1_greet", "s1_facts", "s1_refuse", "s1_die", "s2_greet", "s2_facts", "s2_refuse", "s2_die", "done"]}, {"event_type": "agent_tool_call", "tool_name": "s2_greet", "stage": "completed", "parent": null}], "never": [{"event_type": "log", "level": "WARNING"}]} }
]==]
tool("local_one", {}, function() return 1 end)
agent("lists", { provider = "scripted", tools = { "s1", "s2_greet" }, script = {
  { tool_calls = { { name = "s1_greet", args = { who = "you", n = "3" } }, { name = "s2_greet", args = { who = "you" } },
    { name = "s1_facts", args = {} }, { name = "s1_refuse", args = {} } } },
  { text = "Done.", expect = "not today" } } })
agent("all", { provider = "scripted", script = { "Nothing to do." } })

main = procedure("main", {}, function()
  Lists.turn()
  All.turn()
  local _, wrong = pcall(Tools.s1_greet, { who = 5, n = "many" })
  local _, failed = pcall(Tools.s1_refuse, {})
  local _, unknown = pcall(Tools.s1_gret, {})
  local one = Tool.last_result("s1_greet")
  local refused = Tool.last_call("s1_refuse").error
  local two = Tool.last_result("s2_greet")
  local direct = Tools.s2_greet({ who = "me" })
  return { one = one, two = two, facts = Tool.last_result("s1_facts"), refused = refused, direct = direct,
    wrong = wrong.code, failed = failed.code, unknown = unknown.code, count = Tool.get_call_count("s2_greet") }
end)
