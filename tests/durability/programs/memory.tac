-- Histories that steps, procedures and tasks change, keep and take up again.
agent("chatty", { provider = "scripted", tools = {}, script = { "One.", "Two.", "Three.", "Four." } })
local other = procedure("other", {}, function()
  Step.run("say", function() MessageHistory.append{ role = "user", content = "In the task." } end)
  Sleep(0.001)
  local text = Chatty.turn().text
  Step.run("forget", function() MessageHistory.clear("chatty") end)
  checkpoint()
  return { text = text, left = #MessageHistory.get("chatty") }
end)
main = procedure("main", {}, function()
  Step.run("prime", function()
    MessageHistory.append{ role = "user", content = "Remember 7." }
    MessageHistory.inject_system("Be brief.")
  end)
  local task = Procedure.spawn("other")
  local one = Chatty.turn().text
  Step.run("keep", function()
    MessageHistory.save_to_node("kept")
    MessageHistory.clear("chatty")
    return Chatty.turn("fresh").text
  end)
  local fresh = #MessageHistory.get("chatty")
  local there = Procedure.wait(task)
  checkpoint(function() MessageHistory.load_from_node("kept") end)
  local loaded = #MessageHistory.get("chatty")
  local last = Chatty.turn().text
  return { one = one, fresh = fresh, there = there, loaded = loaded, last = last, all = #MessageHistory.get("chatty"),
    first = MessageHistory.get("chatty")[1].content }
end)
