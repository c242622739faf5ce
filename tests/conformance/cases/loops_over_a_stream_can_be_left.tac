--[==[
{ "about": "Leaving a loop over a stream cuts the answer at that piece, in every form of the loop; the history keeps what was seen.",
  "script": [
    { "chunks": ["One ", "two ", "three ", "four"] }, { "chunks": ["Five ", "six ", "seven"], "expect": "\"content\":\"One two \"" },
    { "chunks": ["Eight ", "nine"] }, { "chunks": ["Ten ", "eleven"] }, { "chunks": ["Twelve ", "thirteen"] }, { "text": "Again." } ],
  "expect": {
    "result": {
      "direct": ["One ", "two ", "One two ", "cancelled", "true"], "kept": ["Five ", "Five ", "cancelled", "nil"],
      "bare": ["Eight ", "Eight ", "cancelled"], "whole": ["Ten ", "eleven", "Ten eleven", "stop", "false"],
      "waited": "Twelve thirteen", "untouched": "nil", "next": "Again." },
    "requests": 6,
    "events": [
      { "event_type": "agent_turn", "turn_id": "t0", "stage": "cancelled", "finish_reason": "cancelled" },
      { "event_type": "cost", "turn_id": "t0" },
      { "event_type": "agent_turn", "turn_id": "t1", "stage": "cancelled" },
      { "event_type": "agent_turn", "turn_id": "t2", "stage": "cancelled" },
      { "event_type": "agent_turn", "turn_id": "t3", "stage": "completed" } ],
    "counts": [[{ "event_type": "agent_stream_chunk", "turn_id": "t0" }, 2], [{ "event_type": "agent_stream_chunk", "turn_id": "t1" }, 1]] } }
]==]
agent("counter", { tools = {} })

main = procedure("main", {}, function()
  local out = { direct = {}, kept = {}, bare = {}, whole = {} }
  local function note(list, ...)
    for _, value in ipairs{ ... } do list[#list + 1] = tostring(value) end
  end
  for chunk in Counter.stream("Count") do
    note(out.direct, chunk)
    if chunk.text == "two " then break end
  end
  note(out.direct, Counter.result.text, Counter.result.finish_reason, Counter.result.interrupted)

  local kept = Counter.stream{ inject = "On" }
  local before = kept.result
  for chunk in kept.chunks() do
    note(out.kept, chunk)
    break
  end
  note(out.kept, kept.result.text, kept.result.finish_reason, tostring(before))

  local bare = Counter.stream("On")
  for chunk in bare do
    note(out.bare, chunk)
    break
  end
  bare.cancel()
  note(out.bare, bare.result.text, bare.result.finish_reason)

  for chunk in Counter.stream("On") do note(out.whole, chunk) end
  note(out.whole, Counter.result.text, Counter.result.finish_reason, Counter.result.interrupted)

  out.waited = Counter.stream("On").wait().text
  local untouched = Counter.stream("Never")
  untouched.cancel()
  out.untouched = tostring(untouched.result)
  for _ in untouched do error("nothing comes") end
  out.next = Counter.turn("On").text
  return out
end)
