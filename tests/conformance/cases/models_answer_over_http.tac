--[==[
{ "about": "predict sends a value as JSON and gives JSON as value, other text as string.",
  "http": [{ "json": { "score": 0.5, "tags": [] } }, { "body": "spam", "headers": { "content-type": "text/plain" } },
           { "json": null }],
  "config": "env_allow: [CASE_HOST, CASE_KEY]\n",
  "files": { ".env": "CASE_HOST={http}\nCASE_KEY=k-1\n" },
  "expect": {
    "result": { "first": { "score": 0.5, "tags": [] }, "second": "spam", "third": "nil",
                "same": true, "text": "model text_scorer" },
    "http_requests": [
      { "method": "POST", "path": "/score", "body": { "text": "hello", "n": [1, 2] },
        "headers": { "content-type": "application/json", "authorization": "Bearer k-1" } },
      { "body": "plain" }, { "body": 5 }] } }
]==]
local scorer = model("text_scorer", {
  type = "http",
  endpoint = env.CASE_HOST .. "/score",
  headers = { Authorization = "Bearer " .. env.CASE_KEY },
  labels = { "spam", "ham" },
})

main = procedure("main", {}, function()
  return {
    first = Text_scorer.predict({ text = "hello", n = { 1, 2 } }),
    second = TextScorer:predict("plain"),
    third = tostring(text_scorer.predict(5)),
    same = scorer == Text_scorer,
    text = tostring(scorer),
  }
end)
