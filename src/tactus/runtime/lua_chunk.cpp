// The chunk that on_chunk gets (language.md 8.3): a table that prints, concatenates and is stored
// as its text.
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

const char kMetatable = 0;

int chunk_text(lua_State* L) {
  lua_getfield(L, 1, "text");
  return 1;
}

int chunk_concat(lua_State* L) {
  for (int operand = 1; operand <= 2; ++operand) {
    if (lua_type(L, operand) != LUA_TTABLE) continue;
    lua_getfield(L, operand, "text");
    if (lua_type(L, -1) == LUA_TSTRING) lua_replace(L, operand);
    lua_settop(L, 2);
  }
  for (int operand = 1; operand <= 2; ++operand) {
    if (lua_isstring(L, operand)) continue;
    Error error;
    error.code = ErrorCode::kLua;
    error.message = fmt::format("attempt to concatenate a chunk and a {} value",
                                lua_typename(L, lua_type(L, operand)));
    vm::raise(L, std::move(error));
  }
  lua_concat(L, 2);
  return 1;
}

void push_metatable(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kMetatable) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 5);
  lua_pushcfunction(L, vm::guarded<chunk_text>);
  lua_setfield(L, -2, "__tostring");
  lua_pushcfunction(L, vm::guarded<chunk_text>);
  lua_setfield(L, -2, "__json");
  lua_pushcfunction(L, vm::guarded<chunk_concat>);
  lua_setfield(L, -2, "__concat");
  lua_pushliteral(L, "chunk");
  lua_setfield(L, -2, "__name");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kMetatable);
}

}  // namespace

void push_chunk(lua_State* L, JsonObject fields) {
  vm::push_json(L, Json(std::move(fields)));
  push_metatable(L);
  lua_setmetatable(L, -2);
}

}  // namespace tactus::runtime
