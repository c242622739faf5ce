-- Tasks with agents of their own history, waited for one by one, any, all; one is cancelled.
agent("worker", { provider = "scripted", tools = {}, script = { "W1", "W2", "W3" } })
local crawl = procedure("crawl", { input = { n = { type = "number", required = true } }, output = { text = { type = "string" } } }, function()
  local text = Worker.turn("page " .. input.n).text
  if input.n > 1 then Sleep(0.003 * input.n) end
  State.append("order", input.n)
  Step.run("note", function() Log.info("ran note " .. input.n); State.increment("notes") end)
  return { text = text .. input.n .. Worker.turn("more").text }
end)
local forever = procedure("forever", {}, function() Sleep(3600) end)
local failing = procedure("failing", {}, function() checkpoint(); error("no luck") end)
main = procedure("main", {}, function()
  local endless = Procedure.spawn("forever")
  local handles = {}
  for n = 1, 3 do handles["t" .. n] = Procedure.spawn("crawl", { n = n }) end
  local _, key, first = Procedure.wait_any(handles)
  local all = Procedure.wait_all(handles)
  local ok, failure = pcall(function() return Procedure.wait(Procedure.spawn("failing")) end)
  local cancelled = Procedure.cancel(endless)
  local was, why = pcall(Procedure.wait, endless)
  local order = State.get("order")
  table.sort(order) -- Sleeps that are over when a process starts may end in any order.
  State.set("order", order)
  return { first = first.text == all[key].text, t2 = all.t2.text, t3 = all.t3.text, ok = ok, failure = tostring(failure),
    cancelled = cancelled, was = was, why = why.code, notes = State.get("notes"), order = #State.get("order"),
    state = Procedure.status(endless).state, own = Worker.turn("mine").text }
end)
