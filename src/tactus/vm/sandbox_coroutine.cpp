// The script's coroutines. A wait inside one suspends the whole task: its yield is passed outward
// from resume to resume until the host has it, and the way back in leads through the same resumes.
// The script sees neither; to it the coroutine runs on ("normal").
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

constexpr int kCloseDepthMax = 100;

enum class Outcome : std::uint8_t { kValues, kError, kHostWait };

lua_State* check_coroutine(lua_State* state) {
  lua_State* const coroutine = lua_tothread(state, 1);
  luaL_argexpected(state, coroutine != nullptr, 1, "coroutine");
  return coroutine;
}

const char* status_of(lua_State* state, lua_State* coroutine) {
  if (state == coroutine) return "running";
  if (has_flag(coroutine, ThreadFlag::kHostWait)) return "normal";
  switch (lua_status(coroutine)) {
    case LUA_YIELD:
      return "suspended";
    case LUA_OK: {
      lua_Debug frame;
      if (lua_getstack(coroutine, 0, &frame) != 0) return "normal";
      return lua_gettop(coroutine) == 0 ? "dead" : "suspended";
    }
    default:
      return "dead";
  }
}

int body_ended(lua_State* state, int status, lua_KContext aborts) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(state);
  settle_caught_error(state, status, aborts);
  return lua_error(state);
}

// Bottom of each coroutine: closes its variables at an error with the hook enabled.
int coroutine_main(lua_State* state) {
  const lua_KContext aborts = abort_count(state);
  const int status = lua_pcallk(state, lua_gettop(state) - 1, LUA_MULTRET, 0, aborts,
                                guarded_continuation<body_ended>);
  return body_ended(state, status, aborts);
}

// Resumes with `count` arguments already on the coroutine. Values or the error end up on `state`;
// `aborts` says how many aborts the coroutine had seen at first.
Outcome continue_coroutine(lua_State* state, lua_State* coroutine, int count, lua_KContext aborts,
                           int& values) {
  Interpreter& interpreter = interpreter_of(state);
  set_flag(coroutine, ThreadFlag::kHostWait, false);
  int status = LUA_OK;
  {
    const RunningScope scope(interpreter, coroutine);
    status = lua_resume(coroutine, state, count, &values);
  }
  const Activation* const activation = interpreter.current;
  if (status == LUA_YIELD && activation != nullptr && activation->task != nullptr &&
      activation->task->waiting) {
    set_flag(coroutine, ThreadFlag::kHostWait, true);
    return Outcome::kHostWait;
  }
  if (status == LUA_OK || status == LUA_YIELD) {
    if (lua_checkstack(state, values + 1) == 0) {
      lua_pop(coroutine, values);
      lua_pushliteral(state, "too many results to resume");
      return Outcome::kError;
    }
    lua_xmove(coroutine, state, values);
    return Outcome::kValues;
  }
  if (activation != nullptr && activation->abort && abort_count(coroutine) != aborts) {
    raise_abort(state);
  }
  luaL_checkstack(state, 4, nullptr);
  lua_xmove(coroutine, state, 1);
  settle_caught_error(state, status, abort_count(state));
  return Outcome::kError;
}

// Moves `count` arguments over and resumes.
Outcome start_resume(lua_State* state, lua_State* coroutine, int count, int& values) {
  const std::string_view status = status_of(state, coroutine);
  if (status != "suspended") {
    lua_pushfstring(state, "cannot resume %s coroutine",
                    status == "dead" ? "dead" : "non-suspended");
    return Outcome::kError;
  }
  if (lua_checkstack(coroutine, count) == 0) {
    lua_pushliteral(state, "too many arguments to resume");
    return Outcome::kError;
  }
  lua_xmove(state, coroutine, count);
  if (lua_status(coroutine) == LUA_OK) ++count;  // The script's function is an argument of ours.
  return continue_coroutine(state, coroutine, count, abort_count(coroutine), values);
}

int resume_continued(lua_State* state, int status, lua_KContext aborts);

int end_resume(lua_State* state, Outcome outcome, int values, lua_KContext aborts) {
  if (outcome == Outcome::kHostWait) {
    return lua_yieldk(state, 0, aborts, guarded_continuation<resume_continued>);
  }
  const bool good = outcome == Outcome::kValues;
  const int count = good ? values : 1;
  lua_pushboolean(state, good ? 1 : 0);
  lua_insert(state, -(count + 1));
  return count + 1;
}

int resume_continued(lua_State* state, int /*status*/, lua_KContext aborts) {
  lua_State* const coroutine = lua_tothread(state, 1);
  int values = 0;
  const Outcome outcome = continue_coroutine(state, coroutine, 0, aborts, values);
  return end_resume(state, outcome, values, aborts);
}

int script_resume(lua_State* state) {
  lua_State* const coroutine = check_coroutine(state);
  const lua_KContext aborts = abort_count(coroutine);
  int values = 0;
  const Outcome outcome = start_resume(state, coroutine, lua_gettop(state) - 1, values);
  return end_resume(state, outcome, values, aborts);
}

int wrap_continued(lua_State* state, int status, lua_KContext aborts);

int end_wrap(lua_State* state, Outcome outcome, int values, lua_KContext aborts) {
  if (outcome == Outcome::kHostWait) {
    return lua_yieldk(state, 0, aborts, guarded_continuation<wrap_continued>);
  }
  if (outcome == Outcome::kValues) return values;
  if (lua_type(state, -1) == LUA_TSTRING) {
    luaL_where(state, 1);
    lua_insert(state, -2);
    lua_concat(state, 2);
  }
  return lua_error(state);
}

int wrap_continued(lua_State* state, int /*status*/, lua_KContext aborts) {
  lua_State* const coroutine = lua_tothread(state, lua_upvalueindex(1));
  int values = 0;
  const Outcome outcome = continue_coroutine(state, coroutine, 0, aborts, values);
  return end_wrap(state, outcome, values, aborts);
}

int call_wrapped(lua_State* state) {
  lua_State* const coroutine = lua_tothread(state, lua_upvalueindex(1));
  const lua_KContext aborts = abort_count(coroutine);
  int values = 0;
  const Outcome outcome = start_resume(state, coroutine, lua_gettop(state), values);
  return end_wrap(state, outcome, values, aborts);
}

int script_create(lua_State* state) {
  luaL_checktype(state, 1, LUA_TFUNCTION);
  lua_State* const coroutine = lua_newthread(state);
  set_flag(coroutine, ThreadFlag::kScriptCoroutine, true);
  install_hook(coroutine);
  lua_pushcfunction(coroutine, guarded<coroutine_main>);
  lua_pushvalue(state, 1);
  lua_xmove(state, coroutine, 1);
  return 1;
}

int script_wrap(lua_State* state) {
  script_create(state);
  lua_pushcclosure(state, guarded<call_wrapped>, 1);
  return 1;
}

int script_yield(lua_State* state) {
  if (!has_flag(state, ThreadFlag::kScriptCoroutine)) {
    return luaL_error(state, "attempt to yield from outside a coroutine");
  }
  return lua_yield(state, lua_gettop(state));
}

int script_status(lua_State* state) {
  lua_pushstring(state, status_of(state, check_coroutine(state)));
  return 1;
}

int script_running(lua_State* state) {
  lua_pushthread(state);
  lua_pushboolean(state, has_flag(state, ThreadFlag::kScriptCoroutine) ? 0 : 1);
  return 2;
}

int script_isyieldable(lua_State* state) {
  lua_State* const coroutine = lua_isthread(state, 1) ? lua_tothread(state, 1) : state;
  const bool yieldable =
      has_flag(coroutine, ThreadFlag::kScriptCoroutine) && lua_isyieldable(coroutine) != 0;
  lua_pushboolean(state, yieldable ? 1 : 0);
  return 1;
}

class CloseDepth {
 public:
  explicit CloseDepth(int& depth) : depth_(depth) { ++depth_; }
  ~CloseDepth() { --depth_; }
  CloseDepth(const CloseDepth&) = delete;
  CloseDepth& operator=(const CloseDepth&) = delete;

 private:
  int& depth_;
};

int script_close(lua_State* state) {
  lua_State* const coroutine = check_coroutine(state);
  const std::string_view status = status_of(state, coroutine);
  if (status != "suspended" && status != "dead") {
    return luaL_error(state, "cannot close a %s coroutine", status.data());
  }
  Interpreter& interpreter = interpreter_of(state);
  if (interpreter.close_depth >= kCloseDepthMax) return luaL_error(state, "C stack overflow");
  const CloseDepth depth(interpreter.close_depth);
  const lua_KContext aborts = abort_count(coroutine);
  int closed = LUA_OK;
  {
    const RunningScope scope(interpreter, coroutine);
    closed = lua_resetthread(coroutine);
  }
  const Activation* const activation = interpreter.current;
  if (activation != nullptr && activation->abort && abort_count(coroutine) != aborts) {
    raise_abort(state);
  }
  if (closed == LUA_OK) {
    lua_pushboolean(state, 1);
    return 1;
  }
  lua_pushboolean(state, 0);
  lua_xmove(coroutine, state, 1);
  settle_caught_error(state, closed, abort_count(state));
  return 2;
}

}  // namespace

void open_coroutine_library(lua_State* state) {
  const luaL_Reg functions[] = {{"create", guarded<script_create>},
                                {"resume", guarded<script_resume>},
                                {"wrap", guarded<script_wrap>},
                                {"yield", guarded<script_yield>},
                                {"status", guarded<script_status>},
                                {"running", guarded<script_running>},
                                {"close", guarded<script_close>},
                                {"isyieldable", guarded<script_isyieldable>},
                                {nullptr, nullptr}};
  luaL_newlib(state, functions);
  lua_setglobal(state, "coroutine");
}

}  // namespace tactus::vm
