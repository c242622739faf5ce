// Small programs that several tests run.

/** One agent, one turn; gives its text. */
export const one_turn = `agent("writer", { system_prompt = "Write.", tools = {}, retries = 0 })
main = procedure("main", {}, function()
  return { text = Writer.turn("Please write.").text }
end)
`;

/** Two turns, one after the other. */
export const two_turns = `agent("writer", { system_prompt = "Write.", tools = {}, retries = 0 })
main = procedure("main", {}, function()
  local first = Writer.turn("First.").text
  local second = Writer.turn("Second.").text
  return { first = first, second = second }
end)
`;

/** Typed inputs, given back as they arrived; no agent. */
export const echo_inputs = `main = procedure("main", {
  input = {
    text = { type = "string", default = "none" },
    count = { type = "integer", default = 0 },
    share = { type = "number", default = 0 },
    yes = { type = "boolean", default = false },
    list = { type = "array", default = {} },
    kind = { type = "string", enum = { "a", "b" }, default = "a" },
  },
}, function()
  return { text = input.text, count = input.count, share = input.share, yes = input.yes,
           list = input.list, kind = input.kind }
end)
`;

export const syntax_error = `main = procedure("main", {}, function(
  return 1
end)
`;

export const misspelt_key = `agent("writer", { system_prompt = "x", temprature = 0.3 })
main = procedure("main", {}, function() return 1 end)
`;

export const wrong_result = `main = procedure("main", {
  output = { title = { type = "string", required = true } },
}, function()
  return { title = 4 }
end)
`;
