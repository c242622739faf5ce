// The table library. Lua's own loops as often as a __len or an argument says, 2^60 times if asked,
// without a hook running, and its sort picks pivots by the clock. Here each step is charged and
// sorting is stable.
#include <vector>

#include <lualib.h>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

// Anything indexable will do, as in Lua.
void check_table(lua_State* state, int index) {
  if (lua_istable(state, index) || luaL_getmetafield(state, index, "__index") != LUA_TNIL) return;
  luaL_checktype(state, index, LUA_TTABLE);
}

lua_Integer length_of(lua_State* state, int index) {
  check_table(state, index);
  return luaL_len(state, index);
}

int table_insert(lua_State* state) {
  const int arguments = lua_gettop(state);
  const auto last = static_cast<lua_Integer>(static_cast<lua_Unsigned>(length_of(state, 1)) + 1);
  lua_settop(state, arguments);
  lua_Integer position = last;
  if (arguments == 3) {
    position = luaL_checkinteger(state, 2);
    luaL_argcheck(state, static_cast<lua_Unsigned>(position) - 1U < static_cast<lua_Unsigned>(last),
                  2, "position out of bounds");
    for (lua_Integer at = last; at > position; --at) {
      charge(state, 1);
      lua_geti(state, 1, at - 1);
      lua_seti(state, 1, at);
    }
  } else if (arguments != 2) {
    return luaL_error(state, "wrong number of arguments to 'insert'");
  }
  lua_seti(state, 1, position);
  return 0;
}

int table_remove(lua_State* state) {
  const lua_Integer length = length_of(state, 1);
  lua_Integer position = luaL_optinteger(state, 2, length);
  // length + 1 is allowed, and 0 for an empty table.
  luaL_argcheck(state,
                position == length ||
                    static_cast<lua_Unsigned>(position) - 1U <= static_cast<lua_Unsigned>(length),
                2, "position out of bounds");
  lua_geti(state, 1, position);
  for (; position < length; ++position) {
    charge(state, 1);
    lua_geti(state, 1, position + 1);
    lua_seti(state, 1, position);
  }
  lua_pushnil(state);
  lua_seti(state, 1, position);
  return 1;
}

int table_move(lua_State* state) {
  const lua_Integer from = luaL_checkinteger(state, 2);
  const lua_Integer end = luaL_checkinteger(state, 3);
  const lua_Integer to = luaL_checkinteger(state, 4);
  const int target = lua_isnoneornil(state, 5) ? 1 : 5;
  check_table(state, 1);
  check_table(state, target);
  if (end >= from) {
    luaL_argcheck(state, from > 0 || end < LUA_MAXINTEGER + from, 3, "too many elements to move");
    const lua_Integer count = end - from + 1;
    luaL_argcheck(state, to <= LUA_MAXINTEGER - count + 1, 4, "destination wrap around");
    const bool forwards =
        to > end || to <= from || (target != 1 && lua_compare(state, 1, target, LUA_OPEQ) == 0);
    for (lua_Integer step = 0; step < count; ++step) {
      const lua_Integer offset = forwards ? step : count - 1 - step;
      charge(state, 1);
      lua_geti(state, 1, from + offset);
      lua_seti(state, target, to + offset);
    }
  }
  lua_pushvalue(state, target);
  return 1;
}

void add_element(lua_State* state, luaL_Buffer& buffer, lua_Integer at) {
  charge(state, 1);
  lua_geti(state, 1, at);
  if (lua_isstring(state, -1) == 0) {
    luaL_error(state, "invalid value (at index %I) in table for 'concat'",
               static_cast<LUAI_UACINT>(at));
  }
  luaL_addvalue(&buffer);
}

int table_concat(lua_State* state) {
  const lua_Integer length = length_of(state, 1);
  std::size_t separator_length = 0;
  const char* const separator = luaL_optlstring(state, 2, "", &separator_length);
  lua_Integer at = luaL_optinteger(state, 3, 1);
  const lua_Integer last = luaL_optinteger(state, 4, length);
  luaL_Buffer buffer;
  luaL_buffinit(state, &buffer);
  for (; at < last; ++at) {
    add_element(state, buffer, at);
    luaL_addlstring(&buffer, separator, separator_length);
  }
  if (at == last) add_element(state, buffer, at);
  luaL_pushresult(&buffer);
  return 1;
}

// Stack of table.sort: 1 the table, 2 the comparison or nil, 3 a list of the elements.
constexpr int kComparison = 2, kElements = 3;

bool element_before(lua_State* state, std::uint32_t a, std::uint32_t b) {
  charge(state, 1);
  const bool compares = !lua_isnil(state, kComparison);
  if (compares) lua_pushvalue(state, kComparison);
  lua_rawgeti(state, kElements, a);
  lua_rawgeti(state, kElements, b);
  bool result = false;
  if (compares) {
    lua_call(state, 2, 1);
    result = lua_toboolean(state, -1) != 0;
    lua_pop(state, 1);
  } else {
    result = lua_compare(state, -2, -1, LUA_OPLT) != 0;
    lua_pop(state, 2);
  }
  return result;
}

// Bottom-up merge sort of element numbers: any answers of a comparison lead to a permutation.
void merge_sort(lua_State* state, std::uint32_t* order, std::uint32_t* scratch, std::size_t count) {
  std::uint32_t* source = order;
  std::uint32_t* target = scratch;
  for (std::size_t width = 1; width < count; width *= 2) {
    for (std::size_t begin = 0; begin < count; begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, count);
      const std::size_t end = std::min(begin + 2 * width, count);
      std::size_t left = begin, right = middle;
      for (std::size_t at = begin; at < end; ++at) {
        const bool take_right =
            left == middle || (right < end && element_before(state, source[right], source[left]));
        target[at] = take_right ? source[right++] : source[left++];
      }
    }
    std::swap(source, target);
  }
  if (source != order) std::copy(source, source + count, order);
}

int table_sort(lua_State* state) {
  const lua_Integer length = length_of(state, 1);
  if (length < 2) return 0;
  luaL_argcheck(state, length < INT32_MAX, 1, "array too big");
  if (!lua_isnoneornil(state, 2)) luaL_checktype(state, 2, LUA_TFUNCTION);
  lua_settop(state, 2);
  lua_newtable(state);
  for (lua_Integer at = 1; at <= length; ++at) {
    charge(state, 1);
    lua_geti(state, 1, at);
    lua_rawseti(state, kElements, at);
  }
  const auto count = static_cast<std::size_t>(length);
  auto* const order =
      static_cast<std::uint32_t*>(lua_newuserdatauv(state, 2 * count * sizeof(std::uint32_t), 0));
  for (std::size_t at = 0; at < count; ++at) order[at] = static_cast<std::uint32_t>(at + 1);
  merge_sort(state, order, order + count, count);
  for (std::size_t at = 0; at < count; ++at) {
    charge(state, 1);
    lua_rawgeti(state, kElements, order[at]);
    lua_seti(state, 1, static_cast<lua_Integer>(at) + 1);
  }
  return 0;
}

}  // namespace

void open_table_library(lua_State* state) {
  luaL_requiref(state, LUA_TABLIBNAME, luaopen_table, 1);  // pack and unpack stay Lua's.
  const luaL_Reg functions[] = {
      {"insert", guarded<table_insert>}, {"remove", guarded<table_remove>},
      {"move", guarded<table_move>},     {"concat", guarded<table_concat>},
      {"sort", guarded<table_sort>},     {nullptr, nullptr}};
  luaL_setfuncs(state, functions, 0);
  lua_pop(state, 1);
}

}  // namespace tactus::vm
