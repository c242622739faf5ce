--[==[
{ "about": "network.allow, redirects to elsewhere and link-local addresses.",
  "config": "env_allow: [CASE_HOST]\n", "files": { ".env": "CASE_HOST={http}" },
  "runs": [
    { "about": "a host that is not listed",
      "http": [{ "json": 1 }], "config": "env_allow: [CASE_HOST]\nnetwork: {allow: [example.org, '*.example.org']}\n",
      "expect": { "result_fits": { "code": "TAC-NETWORK-DENIED", "hint": { "has": "network.allow" } },
                  "http_requests": [] } },
    { "about": "a host that is listed, and a redirect on it",
      "http": [{ "status": 307, "headers": { "location": "/moved?x=1" } }, { "json": "there" }],
      "config": "env_allow: [CASE_HOST]\nnetwork: {allow: ['127.0.0.1']}\n",
      "expect": { "result": { "value": "there" },
                  "http_requests": [{ "method": "POST", "path": "/p", "body": "x" },
                                    { "method": "POST", "path": "/moved", "query": { "x": "1" }, "body": "x" }] } },
    { "about": "303 asks with GET",
      "http": [{ "status": 303, "headers": { "location": "{http}/moved" } }, { "json": "there" }],
      "expect": { "result": { "value": "there" },
                  "http_requests": [{ "method": "POST" }, { "method": "GET", "body": "" }] } },
    { "about": "a redirect to another host",
      "http": [{ "status": 302, "headers": { "location": "http://localhost:1/x" } }],
      "expect": { "result_fits": { "code": "TAC-NETWORK-DENIED", "message": { "has": "redirects to http://localhost:1" } },
                  "http_requests": [{ "path": "/p" }] } },
    { "about": "a redirect without end",
      "http": [{ "status": 302, "headers": { "location": "/p" } }],
      "expect": { "result_fits": { "code": "TAC-MODEL-HTTP", "message": { "has": "more than 5 times" } } } },
    { "about": "a link-local address",
      "inputs": { "which": "local" }, "files": { ".env": "CASE_HOST=http://127.0.0.1:1" },
      "expect": { "result_fits": { "code": "TAC-NETWORK-DENIED", "message": { "has": "169.254.169.254" } } } } ] }
]==]
model("m", { type = "http", endpoint = env.CASE_HOST .. "/p", retries = 0 })
model("local_one", { type = "http", endpoint = "http://169.254.169.254/latest" })

main = procedure("main", { input = { which = { type = "string", default = "m" } } }, function()
  local asked = input.which == "m" and M or LocalOne
  local ok, value = pcall(asked.predict, "x")
  if ok then return { value = value } end
  return { code = value.code, message = value.message, hint = value.hint }
end)
