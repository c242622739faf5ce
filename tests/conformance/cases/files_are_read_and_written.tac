--[==[
{ "about": "File.* read, write, append, tell size and existence, list; paths are looked for like modules.",
  "files": { "data/in.txt": "grüße\n", "data/b": "", "data/a/c": "" },
  "expect": { "status": "completed",
    "result": { "text": "grüße\n", "size": 8, "there": true, "gone": false, "folder": true, "names": ["a", "b", "in.txt"], "empty": [],
      "written": true, "again": "12", "colon": "12", "number": "5", "no_file": "TAC-FILE", "hint": true, "folder_read": "TAC-FILE",
      "option": "TAC-OPTION", "latin1": "TAC-FILE", "below": "TAC-FILE" } } }
]==]
main = procedure("main", {}, function()
  local function code(f, ...)
    local ok, problem = pcall(f, ...)
    return not ok and problem.code or "no error"
  end
  local written = File.write("out/deep/x.txt", "1")
  File.append("out/deep/x.txt", "2")
  File.write("out/n", 5)
  File.write("out/empty/x", "")
  local ok, problem = pcall(File.read, "data/none.txt")
  return { text = File.read("data/in.txt"), size = File.size("data/in.txt"), there = File.exists("data/in.txt"),
    gone = File.exists("data/none.txt"), folder = File.exists("data"), names = File.list("data"), empty = Json.array({}),
    written = written, again = File.read("out/deep/x.txt"), colon = File:read("./out//deep/x.txt"), number = File.read("out/n"),
    no_file = problem.code, hint = problem.hint ~= nil, folder_read = code(File.read, "data"),
    option = code(File.write, "x", {}), latin1 = code(File.write, "x", "caf\xe9"), below = code(File.write, "data/b/c", "") }
end)
