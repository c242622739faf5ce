-- Time, chance and order are the same after a resume.
agent("teller", { provider = "scripted", tools = {}, script = { "one", "two" } })
local roll = procedure("roll", {}, function()
  local sum = 0
  for _ = 1, 5 do sum = sum + math.random(1000) end
  checkpoint()
  return sum + math.random(1000)
end)
main = procedure("main", {}, function()
  local values = { math.random(1 << 30) }
  checkpoint(function() return math.random() end)
  values[#values + 1] = math.random(1 << 30)
  local t0 = os.time()
  Teller.turn()
  local clock = os.clock()
  checkpoint()
  local later = os.clock()
  values[#values + 1] = roll()
  local handle = Procedure.spawn("roll")
  values[#values + 1] = Procedure.wait(handle)
  Teller.turn()
  local keys = {}
  for key in pairs{ b = 1, a = 2, [3] = 3, [1] = 1, c = 1 } do keys[#keys + 1] = key end
  return { values = values, forward = later >= clock, sane = os.time() >= t0, keys = keys, last = math.random(1000000) }
end)
