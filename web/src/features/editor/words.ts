/** The words of Lua and of the Tactus language, for colours and completion. */

export const LUA_KEYWORDS = new Set(
  "and break do else elseif end for function goto if in local not or repeat return then until while".split(
    " ",
  ),
);

export const LUA_ATOMS = new Set(["true", "false", "nil"]);

export const LUA_GLOBALS = new Set(
  (
    "assert error getmetatable ipairs next pairs pcall print rawequal rawget rawlen rawset require " +
    "select setmetatable tonumber tostring type xpcall"
  ).split(" "),
);

/** Functions that declare something (language reference, section 3). */
export const DECLARATIONS = new Set(
  (
    "agent procedure model tool toolset prompt hitl input output stages default_provider default_model " +
    "return_prompt error_prompt status_prompt async max_depth max_turns filters contains equals matches " +
    "specifications specification step mocks evaluation evaluations checkpoint"
  ).split(" "),
);

/** The objects that the runtime provides, with their members (language reference, section 11). */
export const PRIMITIVES: Readonly<Record<string, readonly string[]>> = {
  State: ["get", "set", "increment", "append", "all", "clear"],
  Tool: [
    "called",
    "get_call_count",
    "last_call",
    "last_result",
    "get_all_calls",
    "reset",
    "record_call",
  ],
  Tools: [],
  Stop: ["requested", "reason", "success", "request", "reset"],
  Iterations: ["current", "exceeded", "increment", "reset"],
  Stage: ["set", "advance", "current", "is", "count", "history", "clear_history"],
  Log: ["debug", "info", "warn", "error"],
  Json: ["encode", "decode", "null"],
  File: ["read", "exists", "size", "list", "write", "append"],
  Retry: ["with_backoff"],
  Step: ["run", "checkpoint"],
  Checkpoint: ["next_position", "exists", "get", "clear_all", "clear_after"],
  MessageHistory: ["append", "inject_system", "get", "clear", "save_to_node", "load_from_node"],
  Session: ["append", "inject_system", "get", "clear", "save_to_node", "load_from_node", "history"],
  Toolset: ["get", "combine", "filter", "define"],
  Procedure: [
    "run",
    "spawn",
    "wait",
    "wait_any",
    "wait_all",
    "result",
    "status",
    "is_complete",
    "all_complete",
    "inject",
    "cancel",
  ],
  Human: ["approve", "input", "review", "notify", "escalate"],
  System: ["alert"],
  Sleep: [],
};

/** Keys of an agent's configuration (language reference, section 4.1) and of schemas (2.3). */
export const CONFIGURATION_KEYS = (
  "provider model system_prompt initial_message tools toolsets output temperature max_tokens stream " +
  "prepare filter response type required default description enum items properties"
).split(" ");
