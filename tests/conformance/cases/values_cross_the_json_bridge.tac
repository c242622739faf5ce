--[==[
{ "about": "Integers, floats, empty tables and lists keep their kind.",
  "expect": { "result": { "a": 5, "b": 5.0, "c": {}, "d": [], "e": [1, 2], "n": [1, null] } } }
]==]
main = procedure("main", {}, function()
  return { a = 5, b = 5.0, c = {}, d = Json.array({}), e = { 1, 2 }, n = Json.decode("[1,null]"), gone = nil }
end)
