--[==[
{ "about": "provider and model of an agent are those in force: its own, the file's, the configuration's, and before all the run's.",
  "script": ["x"],
  "runs": [
    { "expect": { "result": ["scripted", "test-model", "demo", "own"] } },
    { "overrides": { "provider": "demo", "model": "other" }, "expect": { "result": ["demo", "other", "demo", "other"] } } ] }
]==]
default_provider("scripted")
agent("by_file", { tools = {}, script = { "x" } })
agent("own", { provider = "demo", model = "own", tools = {} })

main = procedure("main", {}, function()
  local all = {}
  for _, a in ipairs({ By_file, Own }) do
    all[#all + 1] = a.provider
    all[#all + 1] = a.model
  end
  return all
end)
