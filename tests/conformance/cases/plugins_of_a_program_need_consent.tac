--[==[
{ "about": "A plugin that only the program names is used when its text was allowed, or the configuration names it, too.",
  "files": { "tools/area.lua": "return { { name = \"area\", parameters = { w = \"number\" }, handler = function(args) return args.w * args.w end } }\n" },
  "runs": [
    { "about": "nobody has allowed it",
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "the plugin 'tools/area.lua' is named by the program alone" },
                                               "hint": { "has": "--allow-plugins" } } } },
    { "about": "--allow-plugins", "allow_plugins": true, "expect": { "result": 9 } },
    { "about": "this text was allowed",
      "files": { "tactus/allowed_plugins": "b78e343fe7d50680a21e68cfaf67a8d40376336672c7a6522184e7c97d1c7084  /elsewhere/area.lua\n", "tools/area.lua": "return { { name = \"area\", parameters = { w = \"number\" }, handler = function(args) return args.w * args.w end } }\n" },
      "expect": { "result": 9 } },
    { "about": "another text was",
      "files": { "tactus/allowed_plugins": "0000b78e343fe7d50680a21e68cfaf67a8d40376336672c7a6522184e7c97d1c7084  /elsewhere/area.lua\n", "tools/area.lua": "return { { name = \"area\", parameters = { w = \"number\" }, handler = function(args) return args.w * args.w end } }\n" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN" } } },
    { "about": "the configuration names it", "config": "tool_paths: [tools/area.lua]\n", "expect": { "result": 9 } },
    { "about": "nothing outside of the workspace, whatever is allowed", "allow_plugins": true, "inputs": { "set": "outside" },
      "expect": { "status": "failed", "error": { "code": "TAC-SANDBOX-DENIED" } } },
    { "about": "there is none", "allow_plugins": true, "inputs": { "set": "missing" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "there is no plugin 'nowhere.lua'" } } } },
    { "about": "sets of the configuration are trusted", "config": "toolsets:\n  own: {type: plugin, paths: [tools]}\n", "inputs": { "set": "own" },
      "expect": { "result": ["area"] } } ] }
]==]
toolset("geo", { type = "plugin", paths = { "tools/area.lua" } })
toolset("outside", { type = "plugin", paths = { "../area.lua" } })
toolset("missing", { type = "plugin", paths = { "nowhere.lua" } })

main = procedure("main", { input = { set = { type = "string", default = "geo" } } }, function()
  if input.set ~= "geo" then return Toolset.get(input.set).tools end
  return Tools.area{ w = 3 }
end)
