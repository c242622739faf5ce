--[==[
{ "about": "Where the configuration comes from may hold keys: programs read none of it, by no path and through no module.",
  "files": { ".env": "CASE_KEY=secret\n", "sub/.env": "CASE_KEY=secret\n", ".git/config": "secret", "case.tac.yml": "env_allow: []\n", "other.tac": "", "other.yml": "secret: 1\n",
    "data.yml": "a: 1\n", "notes.env": "fine", ".tac/tmp/x": "fine", ".gitignore": "x" },
  "expect": { "result": { "open": [], "closed": [], "text": "TAC-SANDBOX-DENIED", "hint": true } } }
]==]
main = procedure("main", {}, function()
  local closed = { ".env", "./sub/../.env", "sub/.env", ".ENV", ".git/config", ".git", ".tactus/config.yml", ".tactus", ".tac", "case.tac.yml", "other.yml" }
  local open = { "data.yml", "notes.env", ".tac/tmp/x", ".gitignore", "case.tac" }
  local wrong = { open = Json.array({}), closed = Json.array({}) }
  for _, path in ipairs(closed) do
    for _, name in ipairs({ "read", "size", "exists", "list" }) do
      local ok, err = pcall(File[name], path)
      if ok or err.code ~= "TAC-SANDBOX-DENIED" then table.insert(wrong.closed, name .. " " .. path) end
    end
  end
  for _, path in ipairs(open) do
    if not pcall(File.exists, path) then table.insert(wrong.open, path) end
  end
  local _, err = pcall(File.read, ".env")
  wrong.text, wrong.hint = err.code, err.hint:find("env_allow", 1, true) ~= nil
  return wrong
end)
