--[==[
{ "about": "What programs in circulation are written with: call forms, aliases, names, declarations that only tests use.",
  "inputs": { "task": "tides" },
  "expect": {
    "result": {
      "research": "Facts.", "poem": "A poem.", "done": true, "reason": "enough", "reset": false, "caught": "TAC-AGENT-TURNS",
      "data": { "city": "Rome" }, "absent": "nil", "tokens": 9, "new": 2, "output": "plain", "data_text": "plain", "own_name": true,
      "iterated": 6, "tool_object": "7", "inline": "A", "toolset": "toolset geo", "direct": "7", "handles": [1, 2], "guarded": "TAC-GUARD",
      "late": [true, true], "prompt": "Say {input.task}", "matched": [true, true, true], "history": 3, "stage": "write", "inner": "Inside.",
      "exceeded": true, "checkpoint": 5, "exists": true, "unnamed": 3, "named": "main" },
    "events": [
      { "event_type": "stage_changed", "to": "plan" },
      { "event_type": "agent_turn", "agent_name": "researcher", "stage": "started", "tools": { "any": true } },
      { "event_type": "agent_turn", "agent_name": "formatter", "stage": "started", "tools": [] },
      { "event_type": "log", "message": "finished" } ] } }
]==]
name "forms" version "1.0" description "All of it" author "somebody" tags { "a", "b" } async(true)
default_provider "scripted"
stages({ "plan", "write" })
local words = prompt("greeting", "Say {input.task}")

Researcher = agent "researcher" {
  model = { name = "gpt-4o", temperature = 0.3 }, model_settings = { max_tokens = 99 }, disable_streaming = true, request_limit = 3,
  system_prompt = "Research {task}.", script = { { tool_calls = { { name = "done", args = { reason = "enough" } } }, text = "Facts.", expect = "Research tides." } },
}
agent("poet", { system_prompt = "Use {research} for {input.task}.", tools = {}, max_turns = 1, filter = { class = "LastN", count = 4 },
  script = { { text = "A poem.", expect = "Use Facts. for tides." } } })
agent("formatter", { toolsets = {}, output_type = { city = { type = "string", required = true }, pop = { type = "integer" } },
  script = { { data = { city = "Rome" }, usage = { prompt_tokens = 5, completion_tokens = 4 } } } })
agent("assistant", { tools = {}, script = { { text = "plain", expect = "Go" } } })
agent("unused", { provider = "openai", model = "gpt-4o" })
agent("shouter", { tools = { { name = "upper", parameters = { text = { type = "string" } }, handler = function(args) return args.text:upper() end } },
  tool_choice = "required", script = { { tool_calls = { { name = "shouter_upper", args = { text = "a" } } } }, "Said." } })
local seven = tool "seven" { description = "Seven", parameters = {}, handler = function() return "7" end }
agent("holder", { tools = { seven, "done" }, script = { { tool_calls = { { name = "seven", args = {} } } }, "Held." } })
toolset("geo", { type = "lua", tools = { { name = "north", handler = function() return "up" end } } })
hitl("sure", { type = "approval", message = "Sure about {input.task}?", timeout = 0.01, default_on_timeout = true })
model("classifier", { type = "pytorch", path = "model.pt" })
counted = procedure("count", { input = { n = "number" }, run = function() return input.n end })
local guarded = procedure("guarded", { guards = { function() return false, "no" end } }, function() end)
specifications([[
Feature: Forms
  Scenario: One
    Given the procedure has started
    When the procedure runs
    Then the procedure should complete successfully
]])
evaluation({ runs = 2, parallel = true })
evaluations({ dataset = { { name = "one", inputs = { task = "x" } } }, evaluators = { { type = "contains", value = "x" } } })

procedure(function()
  local r = { prompt = words, named = context.procedure }
  Stage.set("plan")
  if not Tool.called("done") then r.research = Researcher.turn().text end
  state.research = r.research
  r.done, r.reason = Tool.called("done"), Tool.last_call("done").args.reason
  Tool.reset()
  r.reset = Tool.called("done")
  local function use(any_agent, text) return any_agent:turn({ inject = text, temperature = 0.5 }) end
  r.poem = use(Poet, "Write").text
  local ok, err = pcall(Poet.turn)
  r.caught = not ok and err.code
  local city = Formatter.turn({ toolsets = {} })
  r.data, r.absent, r.tokens, r.new = city.data, tostring(city.data.pop), city.usage.total_tokens, #city.new_messages()
  local plain = assistant.turn("Go", { toolsets = {} })
  r.output, r.data_text, r.own_name = Assistant.output, plain.data, assistant == Assistant
  r.iterated = 0
  for _, n in python.iter({ 1, 2, 3 }) do r.iterated = r.iterated + n end
  Shouter.turn()
  r.inline = Tool.last_result("shouter_upper")
  Holder.turn()
  r.tool_object, r.direct, r.toolset = Tool.last_result("seven"), seven({}), tostring(Toolset.get("geo"))
  local handles = { a = Procedure.spawn("count", { n = 1 }), b = Procedure.spawn("count", { n = 2 }) }
  local all = Procedure.wait_all(handles)
  r.handles = { all.a, all.b }
  r.guarded = select(2, pcall(guarded)).code
  r.late = { Human.approve("sure") }
  r.matched = { contains("a")("cat"), equals(3)(3), matches("^c")("cat") }
  MessageHistory.append({ role = "user", content = "later" })
  r.history = #Session.history("assistant")
  Session.clear("assistant")
  Stage.advance("write")
  r.stage = Stage.current()
  local inner = agent "inner" { tools = {}, script = { "Inside." } }
  r.inner = inner.turn().text
  r.exceeded = Iterations.exceeded(3)
  r.checkpoint = Step.checkpoint(function() return 5 end)
  step("marked", function() return 1 end)
  r.exists = Checkpoint.exists("marked")
  r.unnamed = counted({ n = 3 })
  log("finished", { turns = Iterations.current() })
  return r
end)
