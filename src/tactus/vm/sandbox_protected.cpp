// pcall and xpcall that cannot catch what is uncatchable, and can be waited in.
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

bool succeeded(int status) { return status == LUA_OK || status == LUA_YIELD; }

int pcall_ended(lua_State* state, int status, lua_KContext aborts) {
  if (succeeded(status)) return lua_gettop(state);
  settle_caught_error(state, status, aborts);
  lua_pushboolean(state, 0);
  lua_insert(state, -2);
  return 2;
}

// Stack: the handler, the function as given, true, results …
int xpcall_ended(lua_State* state, int status, lua_KContext aborts) {
  if (succeeded(status)) return lua_gettop(state) - 2;
  settle_caught_error(state, status, aborts);
  lua_pushboolean(state, 0);
  lua_insert(state, -2);
  return 2;
}

int script_pcall(lua_State* state) {
  luaL_checkany(state, 1);
  lua_pushboolean(state, 1);
  lua_insert(state, 1);
  const lua_KContext aborts = abort_count(state);
  const int status = lua_pcallk(state, lua_gettop(state) - 2, LUA_MULTRET, 0, aborts,
                                guarded_continuation<pcall_ended>);
  return pcall_ended(state, status, aborts);
}

// The script's handler (upvalue 1) does not see what it could not have caught.
int message_handler(lua_State* state) {
  const Activation* const activation = interpreter_of(state).current;
  if (activation != nullptr && activation->abort &&
      abort_count(state) != static_cast<lua_KContext>(lua_tointeger(state, lua_upvalueindex(2)))) {
    return 1;
  }
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, 1, 1);
  return 1;
}

int script_xpcall(lua_State* state) {
  luaL_checktype(state, 2, LUA_TFUNCTION);
  const int arguments = lua_gettop(state) - 2;
  const lua_KContext aborts = abort_count(state);
  lua_pushvalue(state, 2);
  lua_pushinteger(state, static_cast<lua_Integer>(aborts));
  lua_pushcclosure(state, guarded<message_handler>, 2);
  lua_replace(state, 2);  // f, handler, arguments …
  lua_pushvalue(state, 2);
  lua_pushvalue(state, 1);
  lua_replace(state, 2);
  lua_replace(state, 1);  // handler, f, arguments …
  lua_pushboolean(state, 1);
  lua_pushvalue(state, 2);  // handler, f, arguments …, true, f
  lua_rotate(state, 3, 2);  // handler, f, true, f, arguments …
  const int status =
      lua_pcallk(state, arguments, LUA_MULTRET, 1, aborts, guarded_continuation<xpcall_ended>);
  return xpcall_ended(state, status, aborts);
}

}  // namespace

void open_protected_calls(lua_State* state) {
  lua_pushcfunction(state, guarded<script_pcall>);
  lua_setglobal(state, "pcall");
  lua_pushcfunction(state, guarded<script_xpcall>);
  lua_setglobal(state, "xpcall");
}

}  // namespace tactus::vm
