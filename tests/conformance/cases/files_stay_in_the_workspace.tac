--[==[
{ "about": "No path of a program leads out of the workspace, and none writes what decides about trust.",
  "files": { "case.yml": "", "sub/x": "1" },
  "expect": { "status": "completed", "result": { "read": {}, "write": {}, "fine": {} } } }
]==]
local outside = { "../x", "/etc/passwd", "sub/../../x", "..", "/", "sub/..//../x", "x\0y", "//etc/passwd", "./../x" }
local protected = { "a.tac.yml", "A.Tac.YML", "sub/b.tac.yml", "case.yml", ".tactus/config.yml", "sub/.tactus/config.yml", ".TACTUS/x",
  ".tac/runs.db", ".tac/tmp", ".tac/tmp/../runs.db", ".git/config", ".git/hooks/x", "sub/.git/x", ".env", "tool.py", "sub/Tool.PY",
  "./.git/config", "sub/../.env", "gone/../.env" }
local fine = { "notes.yml", ".tac/tmp/x", ".gitignore", "env", "x.python", "sub/new/y.txt" }

main = procedure("main", {}, function()
  local unexpected = { read = Json.object({}), write = Json.object({}), fine = Json.object({}) }
  local function expect(group, wanted, path, f, ...)
    local ok, problem = pcall(f, ...)
    local code = ok and "ok" or problem.code
    if code ~= wanted then unexpected[group][path] = code end
  end
  for _, path in ipairs(outside) do
    for _, name in ipairs({ "read", "exists", "size", "list" }) do expect("read", "TAC-SANDBOX-DENIED", path, File[name], path) end
    for _, name in ipairs({ "write", "append" }) do expect("write", "TAC-SANDBOX-DENIED", path, File[name], path, "") end
  end
  for _, path in ipairs(protected) do
    expect("write", "TAC-SANDBOX-DENIED", path, File.write, path, "")
    expect("write", "TAC-SANDBOX-DENIED", path, File.append, path, "")
  end
  for _, path in ipairs(fine) do expect("fine", "ok", path, File.write, path, "") end
  expect("read", "TAC-FILE", "long", File.read, string.rep("x", 5000))
  expect("read", "TAC-FILE", "deep", File.read, string.rep("x/", 1000))
  expect("write", "TAC-FILE", "large", File.write, "large", string.rep("x", (8 << 20) + 1))
  return unexpected
end)
