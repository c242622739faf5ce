--[==[
{ "about": "Tools outside of the program start together and run beside its own, which run one by one; results are in call order.",
  "files": { "slow.sh": "answer() { printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}\\n' \"$1\" \"$2\"; }\nwhile IFS= read -r line; do\n  id=${line#*\\\"id\\\":}\n  id=${id%%,*}\n  case $line in\n    *'\"method\":\"initialize\"'*) answer \"$id\" '{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}}}' ;;\n    *'\"method\":\"tools/list\"'*) answer \"$id\" '{\"tools\":[{\"name\":\"wait\"}]}' ;;\n    *'\"name\":\"wait\"'*)\n      : > \"$1.begun\"\n      while [ ! -e \"$2\" ]; do sleep 0.01; done\n      answer \"$id\" '{\"content\":[{\"type\":\"text\",\"text\":\"'\"$1\"' waited\"}]}' ;;\n  esac\ndone\n" },
  "config": "mcp_servers:\n  one: { command: sh, args: [slow.sh, one, two.begun] }\n  two: { command: sh, args: [slow.sh, two, written] }\n",
  "expect": {
    "result": { "order": ["first", "second"], "results": ["one waited", "first", "two waited", "second"] },
    "events": [
      { "event_type": "agent_tool_call", "tool_name": "two_wait", "stage": "executing" },
      { "event_type": "agent_tool_call", "tool_name": "note", "stage": "completed", "result": "first" },
      { "event_type": "agent_tool_call", "tool_name": "note", "stage": "completed", "result": "second" },
      { "event_type": "agent_tool_call", "tool_name": "two_wait", "stage": "completed" } ] } }
]==]
-- The first call ends when the third has begun, and that one when the last has run.
local order = {}
tool("note", { parameters = { text = "string" } }, function(args)
  order[#order + 1] = args.text
  if args.text == "second" then File.write("written", "") end
  return args.text
end)
agent("user", { provider = "scripted", tools = { "one", "two", "note" }, script = {
  { tool_calls = { { name = "one_wait", args = {} }, { name = "note", args = { text = "first" } },
    { name = "two_wait", args = {} }, { name = "note", args = { text = "second" } } } },
  "Done." } })

main = procedure("main", {}, function()
  local results = {}
  for i, call in ipairs(User.turn().tool_calls) do results[i] = call.result end
  return { order = order, results = results }
end)
