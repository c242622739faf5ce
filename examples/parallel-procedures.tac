-- Several procedures at once: each is a task with a history of its own, and all of them stream side by side.
-- `wait_any` gives the first result as soon as it is there, `wait_all` gives them all in the order of the handles.

agent("writer", {
  system_prompt = "You describe places in one friendly sentence.",
  tools = {},
})

procedure("describe", {
  input = { city = { type = "string", required = true } },
  output = { city = { type = "string" }, text = { type = "string" } },
}, function()
  return { city = input.city, text = Writer.turn("Describe " .. input.city .. ".").text }
end)

main = procedure("main", {
  input = {
    cities = { type = "array", default = { "Lisbon", "Oslo", "Kyoto" }, description = "One task each" },
  },
}, function()
  local handles = {}
  for n, city in ipairs(input.cities) do
    handles[n] = Procedure.spawn("describe", { city = city })
  end
  Procedure.wait_any(handles)
  Log.info("The first description is there; the others go on")
  return Procedure.wait_all(handles)
end)
