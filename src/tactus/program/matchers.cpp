// contains, equals, matches, matcher_matches and filters (language.md 3), and values that only
// raise.
#include <array>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

std::string_view text_view(lua_State* state, int index) {
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state, index, &size);
  return bytes ? std::string_view(bytes, size) : std::string_view();
}

bool equal_values(lua_State* state, int a, int b) {
  if (lua_rawequal(state, a, b)) return true;
  if (!lua_istable(state, a) || !lua_istable(state, b)) return false;
  const auto left = vm::to_json(state, a);
  const auto right = vm::to_json(state, b);
  return left && right && *left == *right;
}

// Texts by substring, lists by element.
bool contains_value(lua_State* state, int haystack, int needle) {
  if (lua_istable(state, haystack)) {
    const auto count = static_cast<lua_Integer>(lua_rawlen(state, haystack));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(state, haystack, i);
      const bool found = equal_values(state, lua_gettop(state), needle);
      lua_pop(state, 1);
      if (found) return true;
    }
    return false;
  }
  return vm::to_display_text(state, haystack).find(vm::to_display_text(state, needle)) !=
         std::string::npos;
}

// Perl-compatible search, with the engine and the limits of schema patterns.
bool matches_pattern(lua_State* state, int value, int pattern) {
  const JsonObject rule = {{"type", "string"}, {"pattern", text_view(state, pattern)}};
  return schema::validate_json_schema(rule, Json(vm::to_display_text(state, value))).empty();
}

// Whether the value at `value` fits the matcher `{kind, v}` at `matcher`.
bool fits(lua_State* state, int value, int matcher) {
  luaL_checkstack(state, 6, nullptr);
  lua_rawgeti(state, matcher, 1);
  lua_rawgeti(state, matcher, 2);
  const int expected = lua_gettop(state);
  const std::string kind(text_view(state, expected - 1));
  bool result = false;
  if (kind == "equals") result = equal_values(state, value, expected);
  if (kind == "contains") result = contains_value(state, value, expected);
  if (kind == "matches") result = matches_pattern(state, value, expected);
  lua_pop(state, 2);
  return result;
}

int call_matcher(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 2);
  lua_pushboolean(state, fits(state, 2, 1));
  return 1;
}

int matcher_matches(lua_State* state) {
  luaL_checktype(state, 2, LUA_TTABLE);
  lua_pushboolean(state, fits(state, 1, 2));
  return 1;
}

// Upvalue 1: the kind, upvalue 2: the metatable.
int make_matcher(lua_State* state) {
  luaL_checkany(state, 1);
  lua_createtable(state, 2, 0);
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_rawseti(state, -2, 1);
  lua_pushvalue(state, 1);
  lua_rawseti(state, -2, 2);
  lua_pushvalue(state, lua_upvalueindex(2));
  lua_setmetatable(state, -2);
  return 1;
}

// A filter is described as {kind, arguments…}; the key `filter` that uses it checks them.
int make_filter(lua_State* state) {
  const int count = lua_gettop(state);
  lua_createtable(state, count + 1, 0);
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_rawseti(state, -2, 1);
  for (int i = 1; i <= count; ++i) {
    lua_pushvalue(state, i);
    lua_rawseti(state, -2, i + 1);
  }
  return 1;
}

// Upvalues: code, message, hint.
int raise_stored(lua_State* state) {
  Error error;
  error.code = static_cast<ErrorCode>(lua_tointeger(state, lua_upvalueindex(1)));
  error.message = std::string(text_view(state, lua_upvalueindex(2)));
  error.hint = std::string(text_view(state, lua_upvalueindex(3)));
  vm::raise(state, std::move(error));
}

}  // namespace

void push_raiser(lua_State* state, const Error& error) {
  luaL_checkstack(state, 4, nullptr);
  lua_pushinteger(state, static_cast<lua_Integer>(error.code));
  lua_pushlstring(state, error.message.data(), error.message.size());
  lua_pushlstring(state, error.hint.data(), error.hint.size());
  lua_pushcclosure(state, vm::guarded<raise_stored>, 3);
}

void push_unusable(lua_State* state, const Error& error) {
  luaL_checkstack(state, 4, nullptr);
  lua_newtable(state);
  lua_createtable(state, 0, 4);
  for (const char* key : {"__index", "__newindex", "__call"}) {
    push_raiser(state, error);
    lua_setfield(state, -2, key);
  }
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
}

void install_matchers(lua_State* state) {
  lua_pushglobaltable(state);
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, vm::guarded<call_matcher>);
  lua_setfield(state, -2, "__call");
  for (const char* kind : {"contains", "equals", "matches"}) {
    lua_pushstring(state, kind);
    lua_pushstring(state, kind);
    lua_pushvalue(state, -3);
    lua_pushcclosure(state, vm::guarded<make_matcher>, 2);
    lua_rawset(state, -4);
  }
  lua_pop(state, 1);
  lua_pushstring(state, "matcher_matches");
  lua_pushcfunction(state, vm::guarded<matcher_matches>);
  lua_rawset(state, -3);
  lua_pushstring(state, "filters");
  lua_createtable(state, 0, 5);
  for (const char* kind : {"last_n", "token_budget", "by_role", "limit_tool_results", "compose"}) {
    lua_pushstring(state, kind);
    lua_pushcclosure(state, vm::guarded<make_filter>, 1);
    lua_setfield(state, -2, kind);
  }
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

}  // namespace tactus::program
