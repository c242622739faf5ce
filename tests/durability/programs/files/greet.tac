input { name = { type = "string", required = true } }
agent "greeter" { provider = "scripted", tools = {}, script = { "Hello", { text = "Bye" } } }
local hello = Greeter.turn(input.name).text
Step.run("mark", function() Log.info("ran greet " .. input.name) end)
return hello .. " " .. input.name .. ", " .. Greeter.turn("leave").text
