--[==[
{ "about": "Public functions of Python files are tools: types and texts describe them, they run beside each other and fail as tools do.",
  "needs": "python3",
  "config": "tool_paths: [tools/shop.py]\n",
  "files": {
    "tools/shop.py": "import threading\nfrom enum import Enum\nfrom typing import Literal, Optional\n\nboth = threading.Barrier(2)\n\nclass Size(Enum):\n    SMALL = 's'\n    LARGE = 'l'\n\ndef price(item: str, count: int = 1, size: Size = Size.SMALL, tags: Optional[list[str]] = None) -> float:\n    \"\"\"Price of an item.\n\n    In euros.\"\"\"\n    print('noise on standard output')\n    return count * (2.5 if size is Size.LARGE else 1.5)\n\ndef stock(item: Literal['pen', 'ink']):\n    return {'item': item, 'left': [1, 2]}\n\nasync def later(): return None\n\ndef meet(): both.wait(20); return 'met'\n\ndef fails(): raise KeyError('gone')\n\ndef _private(): pass\n" },
  "runs": [
    { "about": "called by the program",
      "inputs": { "what": "call" },
      "expect": { "result": { "price": 5.0, "default": 1.5, "left": 2, "later": "", "refused": true, "failed": "KeyError: 'gone' (line 25 of shop.py)" } } },
    { "about": "offered and called by a model, at once",
      "script": [
        { "tool_calls": [{ "name": "meet", "args": {} }, { "name": "meet", "args": {} }], "expect": "Price of an item.\\n\\nIn euros." },
        { "text": "Both.", "expect": "met" } ],
      "inputs": { "what": "turn" },
      "expect": {
        "result": "Both.",
        "events": [{ "event_type": "agent_turn", "stage": "started", "tools": ["price", "stock", "later", "meet", "fails"] }],
        "counts": [[{ "event_type": "agent_tool_call", "tool_name": "meet", "stage": "completed", "result": "met" }, 2]] } },
    { "about": "a file that Python refuses",
      "files": { "tools/shop.py": "def price(:\n" },
      "inputs": { "what": "turn" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "SyntaxError" }, "hint": { "has": "plugin_command" } } } },
    { "about": "without an interpreter the set cannot be used",
      "config": "tool_paths: [tools/shop.py]\nplugin_command: [no-such-interpreter-anywhere, -u]\n",
      "inputs": { "what": "turn" },
      "expect": { "status": "failed", "error": { "code": "TAC-TOOL-PLUGIN", "message": { "has": "the plugin 'tools/shop.py' cannot be used" } } } } ] }
]==]
agent("shopper", { tools = { "plugin" } })

main = procedure("main", { input = { what = "string" } }, function()
  if input.what == "turn" then return Shopper.turn().text end
  local refused = not pcall(Tools.stock, { item = "paper" })
  local ok, problem = pcall(Tools.fails, {})
  return { price = Tools.price{ item = "pen", count = 2, size = "l" }, default = Tools.price{ item = "pen" },
    left = Tools.stock{ item = "ink" }.left[2], later = Tools.later{}, refused = refused, failed = tostring(problem):match("KeyError.*shop.py%)") }
end)
