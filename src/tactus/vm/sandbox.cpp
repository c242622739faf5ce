// The globals a script sees: an allow-list (language.md 14). Everything of Lua's own that is not
// named here does not exist.
#include <lualib.h>

#include <tactus/vm/error_object.hpp>
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

constexpr const char* kBaseFunctions[] = {"assert",   "error",  "ipairs",  "rawequal",
                                          "rawget",   "rawlen", "rawset",  "select",
                                          "tonumber", "type",   "_VERSION"};

int script_tostring(lua_State* state) {
  luaL_checkany(state, 1);
  push_text(state, 1);
  return 1;
}

int script_print(lua_State* state) {
  Interpreter& interpreter = interpreter_of(state);
  std::string line;
  const int count = lua_gettop(state);
  for (int argument = 1; argument <= count; ++argument) {
    if (argument > 1) line += '\t';
    const std::string_view text = push_text(state, argument);
    // The same long text may be given many times; the line is outside Lua's memory.
    if (text.size() > interpreter.limits.memory_bytes - line.size()) raise_memory(state);
    line += text;
    lua_pop(state, 1);
  }
  if (interpreter.host.print) interpreter.host.print(std::move(line));
  return 0;
}

int script_collectgarbage(lua_State* state) {
  const std::string_view option = luaL_optstring(state, 1, "collect");
  if (option == "collect") {
    lua_gc(state, LUA_GCCOLLECT);
  } else if (option == "step") {
    lua_gc(state, LUA_GCSTEP, 0);
  } else {
    Error error;
    error.code = ErrorCode::kSandboxDenied;
    error.message = "collectgarbage(\"" + std::string(option) + "\") is not available";
    error.hint = "only \"collect\" and \"step\" are";
    raise(state, std::move(error));
  }
  check_budget(state);  // A collection is far from constant time.
  lua_pushinteger(state, 0);
  return 1;
}

void set_global_function(lua_State* state, const char* name, lua_CFunction function) {
  lua_pushcfunction(state, function);
  lua_setglobal(state, name);
}

// Keeps of the base library only what is listed. [-0, +0, e]
void open_base_library(lua_State* state) {
  luaL_requiref(state, LUA_GNAME, luaopen_base, 0);
  lua_newtable(state);
  for (const char* name : kBaseFunctions) {
    lua_getfield(state, -2, name);
    lua_setfield(state, -2, name);
  }
  lua_pushvalue(state, -1);
  lua_setfield(state, -2, LUA_GNAME);
  lua_createtable(state, 0, 2);
  lua_pushliteral(state, "protected");
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
  lua_rawseti(state, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pop(state, 1);
}

// "table: 0x?", "sqlite.row: 0x?"; what Lua would print without the address.
void push_name_without_address(lua_State* state, int index) {
  if (luaL_getmetafield(state, index, "__name") == LUA_TSTRING) {
    lua_pushliteral(state, ": 0x?");
    lua_concat(state, 2);
    return;
  }
  lua_pushfstring(state, "%s: 0x?", luaL_typename(state, index));
}

}  // namespace

std::string_view push_text(lua_State* state, int index) {
  const int at = lua_absindex(state, index);
  luaL_checkstack(state, 6, nullptr);
  if (luaL_callmeta(state, at, "__tostring") != 0) {
    if (lua_isstring(state, -1) == 0) luaL_error(state, "'__tostring' must return a string");
  } else {
    switch (lua_type(state, at)) {
      case LUA_TNIL:
      case LUA_TBOOLEAN:
      case LUA_TNUMBER:
      case LUA_TSTRING:
        luaL_tolstring(state, at, nullptr);
        break;
      default:
        push_name_without_address(state, at);
    }
  }
  std::size_t length = 0;
  const char* const text = lua_tolstring(state, -1, &length);
  return {text, length};
}

std::string to_display_text(lua_State* state, int index) {
  std::string text(push_text(state, index));
  lua_pop(state, 1);
  return text;
}

void open_sandbox(lua_State* state) {
  open_base_library(state);
  set_global_function(state, "tostring", guarded<script_tostring>);
  set_global_function(state, "print", guarded<script_print>);
  set_global_function(state, "collectgarbage", guarded<script_collectgarbage>);
  open_protected_calls(state);
  open_coroutine_library(state);
  open_load(state);
  open_iteration(state);
  open_metatables(state);
  open_table_library(state);
  open_string_library(state);
  open_math_library(state);
  open_os_library(state);
  luaL_requiref(state, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  lua_pop(state, 1);
  open_error_objects(state);
  open_bridge(state);
}

}  // namespace tactus::vm
