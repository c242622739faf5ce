// The edge between C++ and Lua: exceptions of C++ become Lua errors, Lua's own pass untouched.
#pragma once

#include <exception>
#include <new>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/vm/vm.hpp>

namespace tactus::vm {

// Raises TAC-SANDBOX-MEMORY with the place of the caller.
[[noreturn]] void raise_memory(lua_State* state);

// Never catches (...): Lua's own errors and yields travel as exceptions too.
template <int (*Body)(lua_State*)>
int guarded(lua_State* state) {
  try {
    return Body(state);
  } catch (const std::bad_alloc&) {
    raise_memory(state);
  } catch (const std::exception& exception) {
    luaL_where(state, 1);
    lua_pushstring(state, exception.what());
    lua_concat(state, 2);
  }
  return lua_error(state);
}

// The same for continuations (lua_KFunction).
template <int (*Body)(lua_State*, int, lua_KContext)>
int guarded_continuation(lua_State* state, int status, lua_KContext context) {
  try {
    return Body(state, status, context);
  } catch (const std::bad_alloc&) {
    raise_memory(state);
  } catch (const std::exception& exception) {
    luaL_where(state, 1);
    lua_pushstring(state, exception.what());
    lua_concat(state, 2);
  }
  return lua_error(state);
}

}  // namespace tactus::vm
