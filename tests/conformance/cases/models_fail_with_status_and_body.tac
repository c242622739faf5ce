--[==[
{ "about": "other statuses, wrong labels and broken JSON raise TAC-MODEL-HTTP.",
  "runs": [
    { "about": "a status that is not repeated",
      "http": [{ "status": 404, "body": "no such thing" }],
      "expect": { "result": { "code": "TAC-MODEL-HTTP", "message": "model 'm': the endpoint answered with status 404: no such thing" },
                  "http_requests": [{ "path": "/p" }] } },
    { "about": "429, 5xx and lost connections are tried again, twice by default",
      "http": [{ "status": 429, "headers": { "retry-after": "0" } }, { "cut": true }, { "json": "fine" }],
      "expect": { "result": { "value": "fine" },
                  "http_requests": [{ "path": "/p" }, { "path": "/p" }, { "path": "/p" }] } },
    { "about": "then the last failure counts",
      "http": [{ "status": 503, "body": "busy", "headers": { "retry-after": "0" } }],
      "expect": { "result_fits": { "code": "TAC-MODEL-HTTP", "message": { "has": "status 503: busy" } },
                  "http_requests": [{ "path": "/p" }, { "path": "/p" }, { "path": "/p" }] } },
    { "about": "a text that is no label",
      "http": [{ "body": "maybe" }],
      "expect": { "result_fits": { "code": "TAC-MODEL-HTTP", "message": { "has": "'maybe', which is none of its labels: yes, no" } } } },
    { "about": "JSON that is none",
      "http": [{ "body": "{", "headers": { "content-type": "application/json" } }],
      "expect": { "result_fits": { "code": "TAC-MODEL-HTTP", "message": { "has": "its answer is no JSON" } } } },
    { "about": "an answer that does not come in time",
      "http": [{ "delay_ms": 600, "json": 1 }],
      "expect": { "result_fits": { "code": "TAC-MODEL-HTTP", "message": { "has": "did not answer within 0.1 s" } },
                  "http_requests": [{ "path": "/p" }, { "path": "/p" }, { "path": "/p" }] } } ] }
]==]
model "m" { type = "http", endpoint = "{http}/p", labels = { "yes", "no", "fine" }, timeout = "100ms" }

main = procedure("main", {}, function()
  local ok, value = pcall(M.predict, { 1 })
  if ok then return { value = value } end
  return { code = value.code, message = value.message }
end)
