--[==[
{
  "about": "Procedure.run and spawn find files by path; a file has globals, agents, State and Stage of its own, is loaded once, and names of procedures come before files.",
  "files": {
    "lib/area.tac": "-- Its globals are its own.\ncalls = 0\nState.set(\"declared\", 1)\nlocal scale = procedure(\"scale\", {}, function() State.increment(\"calls\") return input.n end)\nmain = procedure(\"main\", { input = { w = \"number\", h = \"number\" } }, function()\n  calls = calls + 1\n  return { area = scale({ n = input.w }) * input.h, calls = calls, state = State.get(\"calls\"),\n    declared = State.get(\"declared\"), unit = Procedure.run(\"unit\"), foreign = of_main == nil, who = State.get(\"who\") == nil,\n    stage = Stage.current() == nil, named = context.procedure }\nend)\n",
    "lib/unit.tac": "main = procedure(\"main\", {}, function() return \"m\" end)\n",
    "greet.tac": "input { name = { type = \"string\", required = true }, mark = { type = \"string\", default = \"!\" } }\ncount = (count or 0) + 1\nreturn \"Hello, \" .. input.name .. input.mark .. count\n",
    "asks.tac": "agent \"clerk\" { provider = \"scripted\", tools = {}, script = { \"one\", { text = \"two\", expect = \"first\" } } }\nmain = procedure(\"main\", { input = { q = \"string\" } }, function() return { text = Clerk.turn(input.q).text, messages = #Clerk.messages } end)\n",
    "double.tac": "main = procedure(\"main\", {}, function() return \"the file\" end)\n"
  },
  "expect": {
    "result": {
      "first": {
        "area": 6,
        "calls": 1,
        "state": 1,
        "declared": 1,
        "unit": "m",
        "foreign": true,
        "who": true,
        "stage": true,
        "named": "area"
      },
      "second": {
        "area": 5,
        "calls": 2,
        "state": 2,
        "declared": 1,
        "unit": "m",
        "foreign": true,
        "who": true,
        "stage": true,
        "named": "area"
      },
      "greetings": [
        "Hello, Ada!1",
        "Hello, Bob?2",
        "Hello, Cy!3"
      ],
      "own": 8,
      "texts": [
        "one",
        "two"
      ],
      "messages": 4,
      "who": "main"
    },
    "events": [
      {
        "event_type": "procedure_call",
        "name": "area",
        "stage": "started"
      },
      {
        "event_type": "procedure_call",
        "name": "unit",
        "stage": "completed"
      },
      {
        "event_type": "procedure_call",
        "name": "greet",
        "stage": "completed",
        "result": "Hello, Ada!1"
      }
    ]
  }
}
]==]
procedure("double", { input = { n = "integer" } }, function() return input.n * 2 end)

main = procedure("main", {}, function()
  State.set("who", "main")
  of_main = "a global"
  Stage.set("working")
  local first = Procedure.run("lib/area", { w = 2, h = 3 })
  local second = Procedure.run("lib/area.tac", { w = 1, h = 5 })
  local greetings = { Procedure.run("greet", { name = "Ada" }), Procedure.run("greet", { name = "Bob", mark = "?" }),
    Procedure.wait(Procedure.spawn("greet", { name = "Cy" })) }
  local one, two = Procedure.run("asks", { q = "first" }), Procedure.run("asks", { q = "second" })
  return { first = first, second = second, greetings = greetings, own = Procedure.run("double", { n = 4 }),
    texts = { one.text, two.text }, messages = two.messages, who = State.get("who"), calls = calls }
end)
