#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

std::uintptr_t& word_of(lua_State* thread) {
  return *static_cast<std::uintptr_t*>(lua_getextraspace(thread));
}

int run_body(lua_State* state) {
  const auto* body = static_cast<const std::function<void(lua_State*)>*>(lua_touserdata(state, 1));
  lua_settop(state, 0);
  (*body)(state);
  return 0;
}

int convert_error(lua_State* state) {
  *static_cast<Error*>(lua_touserdata(state, 2)) = error_at(state, 1);
  return 0;
}

// The error on top of `state`. [-1, +0]
Error take_error(Interpreter& interpreter, lua_State* state, int status) {
  if (status == LUA_ERRMEM) {
    lua_pop(state, 1);
    return memory_error(interpreter);
  }
  Error error;
  lua_pushcfunction(state, guarded<convert_error>);
  lua_insert(state, -2);
  lua_pushlightuserdata(state, &error);
  const int converted = lua_pcall(state, 2, 0, 0);
  if (converted == LUA_OK) return error;
  lua_pop(state, 1);
  if (converted == LUA_ERRMEM) return memory_error(interpreter);
  error.code = ErrorCode::kLua;
  error.message = "an error whose text could not be made";
  return error;
}

}  // namespace

Interpreter::~Interpreter() {
  closing = true;
  for (Task* task : tasks) task->interpreter = nullptr;
  *main_handle = nullptr;
  if (main != nullptr) lua_close(main);
}

Interpreter& interpreter_of(lua_State* state) {
  void* interpreter = nullptr;
  lua_getallocf(state, &interpreter);
  return *static_cast<Interpreter*>(interpreter);
}

ActivationScope::ActivationScope(Interpreter& interpreter, Activation& activation,
                                 lua_State* thread)
    : interpreter_(interpreter), activation_(activation) {
  activation.outer = interpreter.current;
  if (activation.outer != nullptr) {
    activation.watch = activation.outer->watch;
  } else {
    activation.watch.restart(interpreter.limits.cpu);
  }
  interpreter.running.push_back(thread);
  interpreter.current = &activation;
}

ActivationScope::~ActivationScope() {
  interpreter_.running.pop_back();
  interpreter_.current = activation_.outer;
  activation_.outer = nullptr;
}

bool has_flag(lua_State* thread, ThreadFlag flag) {
  return (word_of(thread) & static_cast<std::uintptr_t>(flag)) != 0;
}

void set_flag(lua_State* thread, ThreadFlag flag, bool on) {
  const auto bit = static_cast<std::uintptr_t>(flag);
  word_of(thread) = on ? word_of(thread) | bit : word_of(thread) & ~bit;
}

lua_KContext abort_count(lua_State* thread) {
  return static_cast<lua_KContext>(word_of(thread) >> 2);
}

int keep_traceback(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  luaL_traceback(state, state, nullptr, 1);
  std::size_t length = 0;
  const char* const text = lua_tolstring(state, -1, &length);
  interpreter.last_traceback.assign(text, length);
  lua_pop(state, 1);
  return 1;
}

void settle_caught_error(lua_State* state, int status, lua_KContext aborts) {
  const Interpreter& interpreter = interpreter_of(state);
  const Activation* const activation = interpreter.current;
  if (activation != nullptr && activation->abort && abort_count(state) != aborts) {
    raise_abort(state);
  }
  if (status != LUA_ERRMEM) return;
  lua_pop(state, 1);
  push_error(state, memory_error(interpreter));
}

Result<void> Interpreter::protect(const std::function<void(lua_State*)>& body) {
  Activation activation;
  if (lua_checkstack(main, LUA_MINSTACK) == 0) return fail(memory_error(*this));
  const int base = lua_gettop(main);
  int status = LUA_OK;
  {
    const ActivationScope scope(*this, activation, main);
    lua_pushcfunction(main, keep_traceback);
    lua_pushcfunction(main, guarded<run_body>);
    // Lua gives it back untouched; the function is only called.
    lua_pushlightuserdata(main, const_cast<std::function<void(lua_State*)>*>(&body));
    status = lua_pcall(main, 1, 0, base + 1);
  }
  if (activation.abort) {
    lua_settop(main, base);
    if (current != nullptr && !current->abort) current->abort = activation.abort;
    return fail(std::move(*activation.abort));
  }
  if (status == LUA_OK) {
    lua_settop(main, base);
    return {};
  }
  // Its text may come from a __tostring, so it is made under a budget as well.
  Activation converting;
  const ActivationScope scope(*this, converting, main);
  Error error = take_error(*this, main, status);
  lua_settop(main, base);
  return fail(std::move(error));
}

}  // namespace tactus::vm
