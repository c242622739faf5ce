-- Modules and files: `require` loads units.lua, which lies beside this file and is shared by programs;
-- File keeps what the agent wrote in the workspace.

local units = require("units")

agent("guide", {
  system_prompt = "You describe walks in two or three sentences. Distances are in kilometres.",
  tools = {},
})

main = procedure("main", {
  input = { miles = { type = "number", default = 5 } },
}, function()
  local kilometres = units.kilometres(input.miles)
  local walk = Guide.turn("Describe a walk of " .. units.show(kilometres) .. ".")
  local path = ".tac/tmp/walk.txt"
  File.write(path, walk.text .. "\n")
  return { kilometres = kilometres, characters = #File.read(path) - 1 }
end)
