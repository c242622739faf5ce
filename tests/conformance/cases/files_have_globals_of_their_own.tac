--[==[
{
  "about": "A called file has its own globals, libraries, modules and script input; what is compiled in it later belongs to it, too; State events name the file.",
  "files": {
    "lib/own.tac": "local words = require(\"lib.words\")\nfunction table.extra() return \"extra\" end\nload(\"made = 1\")()\nmain = procedure(\"main\", {}, function()\n  load(\"made = made + 1\")()\n  State.set(\"made\", made)\n  Stage.set(\"inside\")\n  return { made = made, count = words.count, shout = string.shout == nil, of_main = of_main == nil, late = require(\"lib.words\").count }\nend)\n",
    "lib/words.lua": "loaded = (loaded or 0) + 1\nreturn { count = loaded }\n",
    "lib/each.tac": "input { n = { type = \"number\", required = true } }\nlocal clerk = agent \"clerk\" { provider = \"scripted\", tools = {}, script = { \"one\", \"two\" } }\nProcedure.wait_any({ Procedure.spawn(\"lib/nap\") })\nreturn clerk.turn(\"for \" .. input.n).text .. input.n\n",
    "lib/nap.tac": "Sleep(0.01)\nreturn true\n"
  },
  "expect": {
    "result": {
      "first": {
        "made": 2,
        "count": 1,
        "shout": true,
        "of_main": true,
        "late": 1
      },
      "again": {
        "made": 3,
        "count": 1,
        "shout": true,
        "of_main": true,
        "late": 1
      },
      "mine": {
        "made": true,
        "count": 1,
        "extra": true,
        "shout": "A!",
        "state": true,
        "stage": true
      },
      "each": [
        "one1",
        "one2",
        "one3"
      ],
      "wrong": "TAC-INPUT"
    },
    "events": [
      {
        "event_type": "state_changed",
        "key": "made",
        "value": 2,
        "file": "lib/own.tac"
      },
      {
        "event_type": "stage_changed",
        "to": "inside",
        "file": "lib/own.tac"
      },
      {
        "event_type": "state_changed",
        "key": "own",
        "value": 1,
        "file": null
      }
    ]
  }
}
]==]
of_main = "a global"
function string.shout(s) return s:upper() .. "!" end
local words = require("lib.words")

main = procedure("main", {}, function()
  local first = Procedure.run("lib/own")
  State.set("own", 1)
  local again = Procedure.run("lib/own")
  local tasks, each = {}, {}
  for n = 1, 3 do tasks[n] = Procedure.spawn("lib/each", { n = n }) end
  for n, text in ipairs(Procedure.wait_all(tasks)) do each[n] = text end
  local _, wrong = pcall(Procedure.run, "lib/each", { n = "x" })
  return { first = first, again = again, each = each, wrong = wrong.code,
    mine = { made = made == nil, count = words.count, extra = table.extra == nil, shout = ("a"):shout(),
      state = State.get("made") == nil, stage = Stage.current() == nil } }
end)
