-- Sets of tools: declared once, offered in parts and under other names.
-- An agent may use `room_area` and `room_perimeter`; `demolish` is not offered to it.

toolset("house", {
  type = "lua",
  tools = {
    {
      name = "area",
      description = "Area of a rectangle in square metres",
      parameters = { width = "number", length = "number" },
      handler = function(args) return args.width * args.length end,
    },
    {
      name = "perimeter",
      description = "Perimeter of a rectangle in metres",
      parameters = { width = "number", length = "number" },
      handler = function(args) return 2 * (args.width + args.length) end,
    },
    {
      name = "demolish",
      description = "Tears the house down",
      parameters = {},
      handler = function() error("nobody should be able to call this") end,
    },
  },
})

agent("surveyor", {
  system_prompt = "You measure rooms with your tools. Tell the result in one sentence, then call done.",
  tools = {
    { name = "house", include = { "area", "perimeter" }, prefix = "room_" },
    "done",
  },
})

main = procedure("main", {
  input = {
    width = { type = "number", default = 3.5 },
    length = { type = "number", default = 4 },
  },
}, function()
  local question = "A room is %g m wide and %g m long. How large is it?"
  local result = Surveyor.turn(question:format(input.width, input.length))
  return {
    answer = result.text,
    area = Tool.last_result("room_area"),
    -- A program can use the set, too. Only names that end in "r" are left of it here.
    others = Toolset.filter(Toolset.get("house"), function(name) return name:find("r$") ~= nil end).tools,
  }
end)
