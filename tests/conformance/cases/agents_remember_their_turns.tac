--[==[
{ "about": "Every turn sends the history; later turns without a message say Continue.",
  "script": [
    { "text": "First reply.", "expect": "{\"role\":\"user\",\"content\":\"Hello\"}" },
    { "text": "Second.", "expect": "First reply.\"},{\"role\":\"user\",\"content\":\"Continue.\"}" },
    { "text": "Third.", "expect": "\"messages\":[{\"role\":\"user\",\"content\":\"fresh start\"}]" } ],
  "expect": { "result": { "roles": "user assistant user assistant", "last": "Second.", "after_reset": 0, "new": 2, "all": 2 },
    "requests": 3 } }
]==]
agent("friend", { tools = {} })

main = procedure("main", {}, function()
  Friend.turn()
  Friend.turn()
  local roles = {}
  for i, message in ipairs(Friend.messages) do roles[i] = message.role end
  local last = Friend.content
  Friend.reset()
  local after_reset = #Friend.messages
  local result = Friend.turn("fresh start")
  return { roles = table.concat(roles, " "), last = last, after_reset = after_reset,
    new = #result.new_messages(), all = #result.all_messages() }
end)
