--[==[
{ "about": "Modules are looked for in the workspace, beside the file that requires them, and in the folders above it.",
  "files": { "shared.lua": "return 'root'", "sub/near.lua": "return 'near ' .. require('deep')", "sub/deep.lua": "return 'deep'",
    "sub/shared.lua": "return 'never'" },
  "expect": { "status": "completed", "result": { "near": "near deep", "shared": "root", "hidden": false } } }
]==]
return { near = require("sub.near"), shared = require("shared"), hidden = (pcall(require, "near")) }
