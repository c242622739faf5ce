--[==[
{ "about": "Each agent has its own script, one reply a request in order; everything a reply may hold arrives as from any provider.",
  "expect": {
    "result": { "first": "One.", "second": "Two.", "other": "Mine.", "reasoning": "Hm, so.", "calls": [["look", 1, "found 1"], ["look", 2, "found 2"]],
      "after_tools": "Both found.", "prompt": 7, "completion": 3, "cached": 2, "finish": "length", "provider": "scripted", "model": "scripted" },
    "events": [
      { "event_type": "agent_turn", "stage": "started", "agent_name": "two_times", "provider": "scripted", "model": "scripted" },
      { "event_type": "agent_reasoning_chunk", "agent_name": "thinker", "chunk_text": "Hm," },
      { "event_type": "agent_stream_chunk", "agent_name": "thinker", "chunk_text": "a" },
      { "event_type": "agent_stream_chunk", "agent_name": "thinker", "chunk_text": "bc" },
      { "event_type": "agent_tool_call", "stage": "arguments", "arguments_delta": "{\"n\"" }, { "event_type": "agent_tool_call", "stage": "arguments", "arguments_delta": ":2}" } ] } }
]==]
agent("two_times", { provider = "scripted", tools = {}, script = { "One.", { text = "Two.", expect = [["content":"One."},{"role":"user","content":"Continue."]] } } })
agent("other", { provider = "scripted", tools = {}, script = { "Mine." } })
agent("thinker", { provider = "scripted", tools = {}, script = {
  { reasoning = "Hm, so.", chunks = { "a", "bc" }, finish = "length", usage = { prompt_tokens = 7, completion_tokens = 3, cached_tokens = 2 } } } })
tool("look", { parameters = { n = "integer" } }, function(args) return "found " .. args.n end)
agent("caller", { provider = "scripted", tools = { "look" }, script = {
  { tool_calls = { { name = "look", args = { n = 1 } }, { name = "look", id = "mine", args_chunks = { '{"n"', ":2}" } } } },
  { text = "Both found.", expect = "found 2" } } })

main = procedure("main", {}, function()
  local first = Two_times.turn()
  local other = Other.turn()
  local second = Two_times.turn()
  local thought = Thinker.turn()
  local called = Caller.turn()
  local calls = {}
  for _, call in ipairs(called.tool_calls) do calls[#calls + 1] = { call.name, call.args.n, call.result } end
  return { first = first.text, second = second.text, other = other.text, reasoning = thought.reasoning, calls = calls,
    after_tools = called.text, prompt = thought.usage.prompt_tokens, completion = thought.usage.completion_tokens,
    cached = thought.usage.cached_tokens, finish = thought.finish_reason, provider = first.provider, model = first.model }
end)
