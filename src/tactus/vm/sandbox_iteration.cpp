// pairs and next in one order in every process (language.md 13.6): numbers ascending, strings in
// byte order, false, true, then other keys. Lua's own order depends on a random hash seed.
#include <algorithm>
#include <cmath>
#include <vector>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

const char kCursorTable = 0, kCursorKeys = 0, kCursorPosition = 0;

// A key that stays alive in the table it was read from.
struct Key {
  int type = LUA_TNIL;
  bool is_integer = false;
  lua_Integer integer = 0;
  lua_Number number = 0;
  std::string_view text;
  lua_Integer position = 0;  // In the unsorted list; decides among other keys.
};

Key read_key(lua_State* state, int index) {
  Key key;
  key.type = lua_type(state, index);
  if (key.type == LUA_TNUMBER) {
    key.is_integer = lua_isinteger(state, index) != 0;
    key.integer = key.is_integer ? lua_tointeger(state, index) : 0;
    key.number = lua_tonumber(state, index);
  } else if (key.type == LUA_TSTRING) {
    std::size_t length = 0;
    const char* const data = lua_tolstring(state, index, &length);
    key.text = {data, length};
  } else if (key.type == LUA_TBOOLEAN) {
    key.integer = lua_toboolean(state, index);
  }
  return key;
}

int rank(const Key& key) {
  switch (key.type) {
    case LUA_TNUMBER:
      return 0;
    case LUA_TSTRING:
      return 1;
    case LUA_TBOOLEAN:
      return 2;
    default:
      return 3;
  }
}

// An integer key against a float key; a float key never has an integral value in the integer range.
bool integer_before_float(lua_Integer integer, lua_Number number) {
  if (number >= 0x1p63) return true;
  if (number < -0x1p63) return false;
  return integer <= static_cast<lua_Integer>(std::floor(number));
}

bool before(const Key& a, const Key& b) {
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  switch (a.type) {
    case LUA_TNUMBER:
      if (a.is_integer && b.is_integer) return a.integer < b.integer;
      if (!a.is_integer && !b.is_integer) return a.number < b.number;
      return a.is_integer ? integer_before_float(a.integer, b.number)
                          : !integer_before_float(b.integer, a.number);
    case LUA_TSTRING:
      return a.text < b.text;
    case LUA_TBOOLEAN:
      return a.integer < b.integer;
    default:
      return a.position < b.position;
  }
}

// Pushes a list of the keys in order and returns its length. [-0, +1, e]
lua_Integer push_sorted_keys(lua_State* state, int table) {
  luaL_checkstack(state, 6, nullptr);
  lua_Integer count = 0;
  for (lua_pushnil(state); lua_next(state, table) != 0; lua_pop(state, 1)) ++count;
  charge(state, static_cast<std::size_t>(count));
  // The list is as large as needed before the first key goes in: filling it allocates nothing, so
  // no finalizer can change the table meanwhile.
  lua_createtable(state, static_cast<int>(std::min<lua_Integer>(count, 1 << 30)), 0);
  std::vector<Key> keys;
  keys.reserve(static_cast<std::size_t>(count));
  bool sorted = true;
  for (lua_pushnil(state); lua_next(state, table) != 0;) {
    lua_pop(state, 1);
    Key key = read_key(state, -1);
    key.position = static_cast<lua_Integer>(keys.size()) + 1;
    if (!keys.empty() && !before(keys.back(), key)) sorted = false;
    keys.push_back(key);
    lua_pushvalue(state, -1);
    lua_rawseti(state, -3, key.position);
  }
  count = static_cast<lua_Integer>(keys.size());
  if (sorted) return count;
  std::sort(keys.begin(), keys.end(), before);
  charge(state, static_cast<std::size_t>(count) * 8);
  lua_createtable(state, static_cast<int>(count), 0);
  for (lua_Integer at = 1; at <= count; ++at) {
    lua_rawgeti(state, -2, keys[static_cast<std::size_t>(at) - 1].position);
    lua_rawseti(state, -2, at);
  }
  lua_remove(state, -2);
  return count;
}

// Pushes the first key after `position` in the list (at `keys`) that the table (at 1) still has,
// and its value, or nil. Returns how many it pushed. `position` becomes that key's.
int push_next(lua_State* state, int keys, lua_Integer& position) {
  for (;;) {
    charge(state, 1);
    if (lua_rawgeti(state, keys, ++position) == LUA_TNIL) return 1;
    lua_pushvalue(state, -1);
    if (lua_rawget(state, 1) != LUA_TNIL) return 2;
    lua_pop(state, 2);
  }
}

// Upvalues: the keys, the position reached.
int iterate(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_Integer position = lua_tointeger(state, lua_upvalueindex(2));
  const int count = push_next(state, lua_upvalueindex(1), position);
  lua_pushinteger(state, position);
  lua_replace(state, lua_upvalueindex(2));
  return count;
}

int pairs_called(lua_State* /*state*/, int /*status*/, lua_KContext /*context*/) { return 3; }

int script_pairs(lua_State* state) {
  luaL_checkany(state, 1);
  if (luaL_getmetafield(state, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(state, 1);
    lua_callk(state, 1, 3, 0, pairs_called);
    return 3;
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  push_sorted_keys(state, 1);
  lua_pushinteger(state, 0);
  lua_pushcclosure(state, guarded<iterate>, 2);
  lua_pushvalue(state, 1);
  lua_pushnil(state);
  return 3;
}

// Pushes the least key and its value, or nil.
int push_first(lua_State* state) {
  lua_settop(state, 1);
  lua_pushnil(state);  // 2: the least key so far.
  Key least;
  std::size_t count = 0;
  for (lua_pushnil(state); lua_next(state, 1) != 0; ++count) {
    lua_pop(state, 1);
    const Key key = read_key(state, -1);
    if (least.type != LUA_TNIL && !before(key, least)) continue;
    least = key;
    lua_pushvalue(state, -1);
    lua_replace(state, 2);
  }
  charge(state, count);
  if (least.type == LUA_TNIL) return 1;
  lua_pushvalue(state, 2);
  lua_rawget(state, 1);
  return 2;
}

bool same_key(lua_State* state, int keys, lua_Integer position) {
  lua_rawgeti(state, keys, position);
  const bool same = lua_rawequal(state, -1, 2) != 0;
  lua_pop(state, 1);
  return same;
}

// A traversal by next asks for one key after the other: the sorted keys of the last table are kept.
// Pushes them, and the position of the key at 2, if they are of this table and fit.
bool push_cursor(lua_State* state, lua_Integer& position) {
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kCursorTable);
  lua_pushnil(state);  // Weak: a single-key table {table → keys}.
  if (!lua_istable(state, 3)) return false;
  lua_pop(state, 1);
  lua_pushvalue(state, 1);
  if (lua_rawget(state, 3) != LUA_TTABLE) return false;
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kCursorPosition);
  position = lua_tointeger(state, -1);
  lua_pop(state, 1);
  return same_key(state, lua_gettop(state), position);
}

void keep_cursor(lua_State* state, int keys, lua_Integer position) {
  lua_rawgetp(state, LUA_REGISTRYINDEX, &kCursorKeys);  // Metatable {__mode = "k"}.
  lua_createtable(state, 0, 1);
  lua_insert(state, -2);
  lua_setmetatable(state, -2);
  lua_pushvalue(state, 1);
  lua_pushvalue(state, keys);
  lua_rawset(state, -3);
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kCursorTable);
  lua_pushinteger(state, position);
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kCursorPosition);
}

// Position of the key at 2 in the sorted list at `keys`, or where it would stand minus one half:
// the number of keys before it, plus one if it is there.
lua_Integer position_of(lua_State* state, int keys, lua_Integer count) {
  const Key wanted = read_key(state, 2);
  if (rank(wanted) == 3) {
    for (lua_Integer at = 1; at <= count; ++at) {
      if (same_key(state, keys, at)) return at;
    }
    return count;
  }
  lua_Integer low = 0, high = count;
  while (low < high) {
    const lua_Integer middle = low + (high - low) / 2;
    lua_rawgeti(state, keys, middle + 1);
    const bool not_after = !before(wanted, read_key(state, -1));
    lua_pop(state, 1);
    if (not_after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

int script_next(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 2);
  if (lua_isnil(state, 2)) {
    lua_pushnil(state);
    lua_rawsetp(state, LUA_REGISTRYINDEX, &kCursorTable);
    return push_first(state);
  }
  lua_Integer position = 0;
  bool fresh = false;
  if (!push_cursor(state, position)) {
    lua_settop(state, 2);
    const lua_Integer count = push_sorted_keys(state, 1);
    position = position_of(state, lua_gettop(state), count);
    fresh = true;
  }
  const int keys = lua_gettop(state);
  const int count = push_next(state, keys, position);
  if (fresh) {
    keep_cursor(state, keys, position);
  } else {
    lua_pushinteger(state, position);
    lua_rawsetp(state, LUA_REGISTRYINDEX, &kCursorPosition);
  }
  return count;
}

}  // namespace

void open_iteration(lua_State* state) {
  lua_createtable(state, 0, 1);
  lua_pushliteral(state, "k");
  lua_setfield(state, -2, "__mode");
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kCursorKeys);
  lua_pushcfunction(state, guarded<script_pairs>);
  lua_setglobal(state, "pairs");
  lua_pushcfunction(state, guarded<script_next>);
  lua_setglobal(state, "next");
}

}  // namespace tactus::vm
