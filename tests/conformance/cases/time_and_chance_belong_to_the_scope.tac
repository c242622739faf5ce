--[==[
{ "about": "The clock stands still between recorded operations, and runs on over them; chance is drawn by position.",
  "expect": { "result": { "still": true, "moved": true, "range": true, "again": true, "tmp": ".tac/tmp/main_1" } } }
]==]
main = procedure("main", {}, function()
  local before = os.clock()
  for _ = 1, 100000 do end
  local still = os.clock() == before
  Sleep(0.02)
  local draws = {}
  for n = 1, 100 do draws[n] = math.random(1, 6) end
  local range = true
  for _, draw in ipairs(draws) do range = range and draw >= 1 and draw <= 6 end
  math.randomseed(42)
  local first = math.random()
  math.randomseed(42)
  return { still = still, moved = os.clock() - before >= 0.02, range = range, again = first == math.random(), tmp = os.tmpname() }
end)
