#include <tactus/runtime/plugin_server.hpp>

namespace tactus::runtime {

// Each call has a thread, so that calls of one response run at once. What a plugin prints goes to
// the standard error stream: the standard output is the connection.
const char* const kPythonPluginServer = R"python(
import sys
sys.path[:] = [folder for folder in sys.path if folder]  # Not the workspace, which may hold a json.py.
import asyncio, enum, importlib.util, inspect, json, os, threading, traceback, typing

out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
sys.stdout = sys.stderr
lock = threading.Lock()


def send(message):
    text = json.dumps(message, ensure_ascii=False, default=str)
    with lock:
        out.write(text + "\n")
        out.flush()


def plain(kind):
    return {str: {"type": "string"}, int: {"type": "integer"}, float: {"type": "number"},
            bool: {"type": "boolean"}, list: {"type": "array"}, tuple: {"type": "array"},
            set: {"type": "array"}, dict: {"type": "object"}}.get(kind)


def schema_of(kind):
    known = plain(kind)
    if known is not None:
        return dict(known)
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return {"enum": [member.value for member in kind]}
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin is typing.Annotated:
        schema = schema_of(args[0])
        words = [word for word in args[1:] if isinstance(word, str)]
        if words:
            schema["description"] = words[0]
        return schema
    if origin is typing.Union or type(kind).__name__ == "UnionType":
        kinds = [schema_of(arg) for arg in args if arg is not type(None)]
        if len(kinds) == 1 and len(args) > 1:
            return {"anyOf": [kinds[0], {"type": "null"}]} if kinds[0] else {}
        return {"anyOf": kinds + ([{"type": "null"}] if type(None) in args else [])}
    if origin in (list, set, tuple, frozenset) or getattr(origin, "__name__", "") in ("Sequence", "Iterable"):
        element = schema_of(args[0]) if args else {}
        return {"type": "array", "items": element} if element else {"type": "array"}
    if origin is dict or getattr(origin, "__name__", "") == "Mapping":
        return {"type": "object"}
    return {}


class Tool:
    def __init__(self, function):
        self.function = function
        self.name = function.__name__
        self.description = inspect.getdoc(function) or ""
        try:
            kinds = typing.get_type_hints(function, include_extras=True)
        except Exception:
            kinds = {}
        self.enums = {}
        properties, required = {}, []
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            kind = kinds.get(name)
            if inspect.isclass(kind) and issubclass(kind, enum.Enum):
                self.enums[name] = kind
            schema = schema_of(kind) if kind is not None else {}
            if parameter.default is parameter.empty:
                required.append(name)
            elif parameter.default is None or isinstance(parameter.default, (str, int, float, bool, list, dict)):
                if parameter.default is not None:
                    schema["default"] = parameter.default
            properties[name] = schema
        self.schema = {"type": "object", "properties": properties, "required": required}

    def call(self, arguments):
        given = {name: self.enums[name](value) if name in self.enums else value
                 for name, value in arguments.items()}
        result = self.function(**given)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        return result


def load(path):
    name = os.path.splitext(os.path.basename(path))[0]
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return {key: Tool(value) for key, value in vars(module).items()
            if inspect.isfunction(value) and not key.startswith("_") and value.__module__ == name}


def told(problem):
    where = traceback.extract_tb(problem.__traceback__)
    line = f" (line {where[-1].lineno} of {os.path.basename(where[-1].filename)})" if where else ""
    if isinstance(problem, SyntaxError):
        line = f" (line {problem.lineno})"
        problem = problem.msg
        return f"SyntaxError: {problem}{line}"
    return f"{type(problem).__name__}: {problem}{line}"


def content_of(result):
    if result is None or isinstance(result, str):
        return {"content": [{"type": "text", "text": result or ""}]}
    text = json.dumps(result, ensure_ascii=False, default=str, allow_nan=False)
    return {"content": [{"type": "text", "text": text}], "structuredContent": json.loads(text)}


def call(identity, tool, arguments):
    try:
        result = content_of(tool.call(arguments))
    except BaseException as problem:
        result = {"content": [{"type": "text", "text": told(problem)}], "isError": True}
    send({"jsonrpc": "2.0", "id": identity, "result": result})


def answer(message):
    identity, method, params = message.get("id"), message.get("method"), message.get("params") or {}
    if identity is None:
        return
    reply = {"jsonrpc": "2.0", "id": identity}
    if method == "initialize":
        reply["result"] = {"protocolVersion": params.get("protocolVersion", "2025-06-18"),
                           "capabilities": {"tools": {}}, "serverInfo": {"name": "plugin", "version": "1"}}
    elif method == "ping":
        reply["result"] = {}
    elif method == "tools/list" and failure is not None:
        reply["error"] = {"code": -32000, "message": failure}
    elif method == "tools/list":
        reply["result"] = {"tools": [{"name": tool.name, "description": tool.description,
                                      "inputSchema": tool.schema} for tool in tools.values()]}
    elif method == "tools/call" and params.get("name") in tools:
        threading.Thread(target=call, daemon=True,
                         args=(identity, tools[params["name"]], params.get("arguments") or {})).start()
        return
    else:
        reply["error"] = {"code": -32601, "message": f"there is no {method} {params.get('name', '')}".strip()}
    send(reply)


tools, failure = {}, None
try:
    tools = load(sys.argv[1])
except BaseException as problem:
    failure = told(problem)
for line in sys.stdin:
    if line.strip():
        answer(json.loads(line))
)python";

}  // namespace tactus::runtime
