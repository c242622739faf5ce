// Further sets of globals in one interpreter, for files that are to have their own.
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

// Pushes a table with the members and the metatable of the one at `from`. [-0, +1, e]
void push_copy(lua_State* state, int from) {
  luaL_checkstack(state, 6, nullptr);
  from = lua_absindex(state, from);
  lua_newtable(state);
  lua_pushnil(state);
  while (lua_next(state, from) != 0) {
    lua_pushvalue(state, -2);
    lua_insert(state, -2);
    lua_rawset(state, -4);
  }
  if (lua_getmetatable(state, from) != 0) lua_setmetatable(state, -2);
}

}  // namespace

void push_globals_copy(lua_State* state, int from) {
  luaL_checkstack(state, 8, nullptr);
  from = lua_absindex(state, from);
  push_copy(state, from);
  const int copy = lua_gettop(state);
  lua_newtable(state);  // What has been copied: `log` and `Log` are one table.
  const int copied = copy + 1;
  lua_pushvalue(state, from);
  lua_pushvalue(state, copy);
  lua_rawset(state, copied);
  lua_pushnil(state);
  while (lua_next(state, from) != 0) {
    if (lua_istable(state, -1)) {
      lua_pushvalue(state, -1);
      if (lua_rawget(state, copied) == LUA_TNIL) {
        push_copy(state, -2);
        lua_pushvalue(state, -3);
        lua_pushvalue(state, -2);
        lua_rawset(state, copied);
        lua_replace(state, -2);
      }
      lua_pushvalue(state, -3);
      lua_insert(state, -2);
      lua_rawset(state, copy);
    }
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
  set_load(state);
}

GlobalsScope::GlobalsScope(lua_State* state, const Ref& globals) : state_(state) {
  if (!globals) return;
  luaL_checkstack(state, 4, nullptr);
  lua_pushglobaltable(state);
  before_ = Ref(state, -1);
  lua_pop(state, 1);
  globals.push(state);
  lua_rawseti(state, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

// Sets an element that is there: this allocates nothing and cannot fail.
GlobalsScope::~GlobalsScope() {
  if (!before_) return;
  before_.push(state_);
  lua_rawseti(state_, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
}

}  // namespace tactus::vm
