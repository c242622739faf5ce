--[==[
{ "about": "A prompt function returns a text or nothing, prepare a table or nothing; else the turn fails before anything is sent.",
  "script": [{ "text": "one", "expect": "\"messages\":[{\"role\":\"user\"" }, { "text": "two", "expect": "5 {prepared.n}" }],
  "expect": { "result": { "nothing": "one", "number": "two", "table": "agent 'table_prompt': `system_prompt` must return a text, not a table",
      "list": "agent 'list_values': `prepare` must return a table with names, not a list",
      "scalar": "agent 'scalar_values': `prepare` must return a table with names, not a value that is no table", "raised": "mine", "code": "TAC-VALIDATION" },
    "requests": 2 } }
]==]
agent("nothing", { tools = {}, system_prompt = function() return nil end, prepare = function() end })
agent("number", { tools = {}, system_prompt = function() return 5 .. " {prepared.n}" end, prepare = function() return {} end })
agent("table_prompt", { tools = {}, system_prompt = function() return {} end })
agent("list_values", { tools = {}, prepare = function() return { 1 } end })
agent("scalar_values", { tools = {}, prepare = function() return 5 end })
agent("raises", { tools = {}, prepare = function() error("mine", 0) end })

main = procedure("main", {}, function()
  local function failure(a) return select(2, pcall(a.turn)) end
  return { nothing = Nothing.turn().text, number = Number.turn().text, table = failure(Table_prompt).message, list = failure(List_values).message,
    scalar = failure(Scalar_values).message, raised = failure(Raises).message, code = failure(Table_prompt).code }
end)
