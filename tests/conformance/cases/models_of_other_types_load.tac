--[==[
{ "about": "a model of another or no type loads with a warning and fails when it is asked.",
  "expect": { "result": { "torch": "TAC-MODEL-TYPE", "none": "TAC-MODEL-TYPE",
                          "text": "model 'torch': model type 'pytorch' is not available; supported: http" },
              "counts": [[{ "event_type": "log", "level": "WARNING", "message": { "has": "`predict` raises an error" } }, 2]] } }
]==]
model("torch", { type = "pytorch", path = "model.pt", anything = { "else" } })
model("none", {})

main = procedure("main", {}, function()
  local _, torch = pcall(Torch.predict, "x")
  local _, none = pcall(None.predict, "x")
  return { torch = torch.code, none = none.code, text = torch.message }
end)
