--[==[
{ "about": "deps.NAME gives status, headers, body and JSON; only missing answers raise.",
  "config": "env_allow: [CASE_HOST]\n", "files": { ".env": "CASE_HOST={http}" },
  "runs": [
    { "about": "methods, options, results",
      "inputs": { "part": "methods" },
      "http": [{ "json": { "a": 1 }, "headers": { "X-Kind": "list" } }, { "status": 201, "body": "made" },
               { "status": 404, "body": "gone" }, { "body": "" }, { "json": [] }, { "body": "" }, { "body": "" }],
      "expect": {
        "result": { "get": { "status": 200, "ok": true, "a": 1, "kind": "list", "body": "{\"a\":1}" },
                    "post": [201, true, "made", "nil"], "missing": [404, false, "gone"] },
        "http_requests": [
          { "method": "GET", "path": "/v1/items", "body": "",
            "query": { "page": "2", "tag": "a b,c&d", "x": "1" }, "headers": { "x-team": "blue", "x-own": "7" } },
          { "method": "POST", "path": "/v1/items", "body": { "name": "ü" }, "headers": { "content-type": "application/json" } },
          { "method": "PUT", "path": "/v1/items/5 6", "body": "plain", "headers": { "content-type": "text/plain; charset=utf-8", "x-team": "red" } },
          { "method": "PATCH", "body": [1] }, { "method": "DELETE", "path": "/v1/items/5" },
          { "method": "OPTIONS", "path": "/v1/", "body": { "q": true } }, { "method": "GET", "path": "/v1/" }] } },
    { "about": "paths stay below base_url",
      "inputs": { "part": "paths" }, "http": [{ "body": "" }],
      "expect": { "result": ["TAC-DEPENDENCY", "TAC-DEPENDENCY", "TAC-DEPENDENCY", "TAC-DEPENDENCY", "fine"],
                  "http_requests": [{ "path": "/v1/a..b/..." }] } },
    { "about": "no answer, unknown options, unknown names, other types",
      "inputs": { "part": "failures" }, "http": [{ "cut": true }, { "delay_ms": 600 }],
      "expect": { "result": { "cut": "TAC-DEPENDENCY", "late": "TAC-DEPENDENCY", "option": "TAC-OPTION", "hinted": true,
                              "unknown": "TAC-DEPENDENCY", "postgres": "TAC-DEPENDENCY" },
                  "http_requests": [{}, {}] } },
    { "about": "procedures called from it and tool handlers have them; others do not",
      "inputs": { "part": "scopes" }, "http": [{ "json": 1 }, { "json": 2 }, { "json": 3 }],
      "expect": { "result": { "inner": 1, "tool": 2, "own": 3, "other": "TAC-DEPENDENCY", "closed": "TAC-DEPENDENCY" },
                  "http_requests": [{ "path": "/v1/inner" }, { "path": "/v1/tool" }, { "path": "/v1/own" }] } } ] }
]==]
local kept
local api = { type = "http_client", base_url = env.CASE_HOST .. "/v1/", headers = { ["X-Team"] = "blue" }, timeout = 10 }
local function code(f, ...)
  local ok, err = pcall(f, ...)
  return ok and "fine" or err.code
end

tool("ask", {}, function(_, ctx) return ctx.deps.api.get("/tool").json end)
local inner = procedure("inner", {}, function() return deps.api.get("inner").json end)
local own = procedure("own", { dependencies = { second = api } }, function()
  kept = deps.second
  return deps.second:get("/own").json
end)
local outer = procedure("outer", { dependencies = { api = api } }, function()
  return { inner = inner(), tool = Tools.ask({}), own = own() }
end)

local parts = {
  methods = function(d)
    local r = d.get("/items?x=1", { query = { page = 2, tag = { "a b", "c&d" } }, headers = { ["X-Own"] = 7 } })
    local p = d.post("items", { name = "ü" })
    local m = d.put("/items/5 6", "plain", { headers = { ["x-team"] = "red" } })
    d:patch("/items", { 1 })
    d.delete("/items/5")
    d.request("options", "", { body = { q = true } })
    d.get("/")
    return {
      get = { status = r.status, ok = r.ok, a = r.json.a, kind = r.headers["x-kind"], body = r.body },
      post = { p.status, p.ok, p.body, tostring(p.json) }, missing = { m.status, m.ok, m.body },
    }
  end,
  paths = function(d)
    return { code(d.get, "../secret"), code(d.get, "/a/%2E%2e/x"), code(d.get, "http://other/x"),
      code(d.get, "a\\..\\x"), code(d.get, "/a..b/...") }
  end,
  failures = function(d)
    local _, err = pcall(d.get, "/x", { qeury = {} })
    return { cut = code(d.get, "/x"), late = code(d.get, "/x", { timeout = "100ms" }), option = err.code,
      hinted = err.message:find("query", 1, true) ~= nil,
      unknown = code(function() return deps.apj end), postgres = code(function() return deps.db.query("select 1") end) }
  end,
}

main = procedure("main", {
  input = { part = { type = "string", required = true } },
  dependencies = { first = api, db = { type = "postgres", url = "postgres://x" } },
}, function()
  if input.part ~= "scopes" then return parts[input.part](deps.first) end
  local all = outer()
  all.other = code(function() return deps.api end)
  all.closed = code(function() return kept.get("/x") end)
  return all
end)
