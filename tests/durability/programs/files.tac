-- Procedures in files: called, called again, spawned, missing, failing; what they keep of their own.
procedure("local_one", {}, function() return Procedure.run("lib/count", { n = 1 }).notes end)

main = procedure("main", {}, function()
  State.set("notes", "mine")
  local ada = Procedure.spawn("lib/greet", { name = "Ada" })
  local first = Procedure.run("lib/count", { n = 2 })
  local found, missing = pcall(Procedure.run, "lib/nothing")
  local spawned, nowhere = pcall(Procedure.spawn, "../outside")
  local _, failed = pcall(Procedure.run, "lib/greet", {})
  local bob = Procedure.spawn("lib/greet.tac", { name = "Bob" })
  local greetings = Procedure.wait_all({ ada = ada, bob = bob })
  local again = Procedure.run("local_one")
  return { first = first, greetings = greetings, again = again, notes = State.get("notes"), calls = tostring(calls),
    found = found, missing = missing.code, spawned = spawned, nowhere = nowhere.code, failed = failed.code }
end)
