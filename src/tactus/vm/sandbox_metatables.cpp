// setmetatable with finalizers the sandbox survives. Lua runs __gc with hooks switched off, so an
// endless one could never be stopped. Here the object itself has no finalizer; a guard that nothing
// but the object keeps alive has one, written in C++, and it calls the script's on a thread with
// hooks:
//
//     finalizers (weak keys): object ─▶ guard ─(user value)─▶ object
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

const char kFinalizersKey = 0, kGuardMetatableKey = 0;

// Errors in a finalizer are dropped, as Lua does; an abort is seen by the code that was
// interrupted.
int run_finalizer(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  if (interpreter.closing) return 0;
  lua_settop(state, 1);
  lua_getiuservalue(state, 1, 1);  // 2: the object.
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kFinalizersKey);
  lua_pushvalue(state, 2);
  lua_pushnil(state);
  lua_rawset(state, -3);
  lua_settop(state, 2);
  if (luaL_getmetafield(state, 2, "__gc") != LUA_TFUNCTION) return 0;
  lua_State* const thread = lua_newthread(state);
  install_hook(thread);
  lua_pushvalue(state, 3);
  lua_pushvalue(state, 2);
  lua_xmove(state, thread, 2);
  const RunningScope scope(interpreter, thread);
  int results = 0;
  lua_resume(thread, state, 1, &results);
  return 0;
}

// Sets the metatable (at 2) of the table at 1 so that Lua does not see its __gc.
void set_without_finalizer(lua_State* state) {
  lua_pushliteral(state, "__gc");
  lua_pushvalue(state, -1);
  lua_rawget(state, 2);  // 3: "__gc", 4: the finalizer.
  lua_pushvalue(state, 3);
  lua_pushnil(state);
  lua_rawset(state, 2);
  lua_pushvalue(state, 2);
  lua_setmetatable(state, 1);
  lua_rawset(state, 2);  // The key is still there: this allocates nothing and cannot fail.
}

void add_guard(lua_State* state) {
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kFinalizersKey);
  lua_pushvalue(state, 1);
  if (lua_rawget(state, -2) == LUA_TNIL) {
    lua_pushvalue(state, 1);
    lua_newuserdatauv(state, 0, 1);
    lua_pushvalue(state, 1);
    lua_setiuservalue(state, -2, 1);
    lua_rawgetp(state, LUA_REGISTRYINDEX, &kGuardMetatableKey);
    lua_setmetatable(state, -2);
    lua_rawset(state, -4);
  }
  lua_settop(state, 2);
}

int script_setmetatable(lua_State* state) {
  const int type = lua_type(state, 2);
  luaL_checktype(state, 1, LUA_TTABLE);
  luaL_argexpected(state, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table");
  if (luaL_getmetafield(state, 1, "__metatable") != LUA_TNIL) {
    return luaL_error(state, "cannot change a protected metatable");
  }
  lua_settop(state, 2);
  bool finalized = false;
  if (type == LUA_TTABLE) {
    lua_pushliteral(state, "__gc");
    finalized = lua_rawget(state, 2) != LUA_TNIL;
    lua_settop(state, 2);
  }
  if (finalized) {
    add_guard(state);
    set_without_finalizer(state);
  } else {
    lua_setmetatable(state, 1);
  }
  lua_settop(state, 1);
  return 1;
}

int script_getmetatable(lua_State* state) {
  luaL_checkany(state, 1);
  if (lua_getmetatable(state, 1) == 0) {
    lua_pushnil(state);
    return 1;
  }
  luaL_getmetafield(state, 1, "__metatable");
  return 1;  // The field if there is one, else the metatable.
}

}  // namespace

void open_metatables(lua_State* state) {
  lua_newtable(state);
  lua_createtable(state, 0, 1);
  lua_pushliteral(state, "k");
  lua_setfield(state, -2, "__mode");
  lua_setmetatable(state, -2);
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kFinalizersKey);
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, guarded<run_finalizer>);
  lua_setfield(state, -2, "__gc");
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kGuardMetatableKey);
  lua_pushcfunction(state, guarded<script_setmetatable>);
  lua_setglobal(state, "setmetatable");
  lua_pushcfunction(state, guarded<script_getmetatable>);
  lua_setglobal(state, "getmetatable");
}

}  // namespace tactus::vm
