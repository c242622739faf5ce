// C++ values kept by Lua. For .cpp files of this module only. Uses: Lua.
#pragma once

#include <utility>

#include <lua.h>

#include <tactus/vm/guarded.hpp>

namespace tactus::runtime {

// What `push_held` left at `index`; lives as long as Lua keeps it.
template <typename T>
T& held(lua_State* L, int index) {
  return *static_cast<T*>(lua_touserdata(L, index));
}

template <typename T>
int collect_held(lua_State* L) {
  held<T>(L, 1).~T();
  return 0;
}

// Pushes `value` as a userdata that is destroyed with it, and its new metatable, which is protected
// and may be added to; the caller pops it. [-0, +2, e]
template <typename T>
void push_held(lua_State* L, T value) {
  // Allocate, construct, then the metatable: __gc never meets raw memory.
  new (lua_newuserdatauv(L, sizeof(T), 0)) T(std::move(value));
  lua_createtable(L, 0, 5);
  lua_pushcfunction(L, vm::guarded<collect_held<T>>);
  lua_setfield(L, -2, "__gc");
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  lua_setmetatable(L, -3);
}

}  // namespace tactus::runtime
