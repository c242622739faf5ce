--[==[
{ "about": "max_depth of the run's main is the limit of all its calls.",
  "expect": { "result": [7, "TAC-DEPTH", "Maximum recursion depth (7) exceeded"] } }
]==]
local deepest, down = 0, nil
down = procedure("down", { max_depth = 2 }, function()
  deepest = deepest + 1
  return down()
end)

main = procedure("main", { max_depth = 7 }, function()
  local _, err = pcall(down)
  return { deepest, err.code, err.message }
end)
