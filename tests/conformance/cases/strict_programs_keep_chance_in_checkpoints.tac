--[==[
{ "about": "With strict_determinism clock, chance and files are refused outside of checkpoints and steps, and no pcall catches it.",
  "config": "strict_determinism: true\n",
  "runs": [
    { "about": "inside it is as always, also in what a checkpoint calls and spawns",
      "inputs": { "what": "inside" },
      "expect": { "result": { "year": true, "chance": true, "file": "kept", "given": "1970-01-02", "spawned": true } } },
    { "about": "the clock", "inputs": { "what": "time" },
      "expect": { "status": "failed", "error": { "code": "TAC-DETERMINISM", "message": { "has": "os.time outside of a checkpoint" }, "hint": { "has": "Step.run" }, "line": { "any": true } } } },
    { "about": "a date of now", "inputs": { "what": "date" }, "expect": { "status": "failed", "error": { "code": "TAC-DETERMINISM" } } },
    { "about": "computing time", "inputs": { "what": "clock" }, "expect": { "status": "failed", "error": { "code": "TAC-DETERMINISM" } } },
    { "about": "chance", "inputs": { "what": "random" }, "expect": { "status": "failed", "error": { "code": "TAC-DETERMINISM", "message": { "has": "math.random" } } } },
    { "about": "files", "inputs": { "what": "file" },
      "expect": { "status": "failed", "error": { "code": "TAC-DETERMINISM", "message": { "has": "File.exists" } }, "never": [{ "event_type": "checkpoint", "type": "file" }] } },
    { "about": "without it all is allowed", "config": "", "inputs": { "what": "time" }, "expect": { "result": "gone on" } } ] }
]==]
local drawn = procedure("drawn", {}, function() return { drawn = math.random() < 1 } end)
local inside = function()
  return Step.run("all", function()
    File.write("f.txt", "kept")
    return { year = os.time() > 0 and os.clock() >= 0, chance = math.random(1, 2) <= 2, file = File.read("f.txt"),
      given = os.date("%Y-%m-%d", 86400), spawned = Procedure.wait(Procedure.spawn("drawn")).drawn }
  end)
end
local outside = { time = os.time, clock = os.clock, random = math.random, date = function() return os.date("%Y") end,
  file = function() return File.exists("f.txt") end }

main = procedure("main", { input = { what = "string" } }, function()
  if input.what == "inside" then return inside() end
  pcall(outside[input.what])
  return "gone on"
end)
