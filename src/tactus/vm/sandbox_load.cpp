// load: source text only, and compiling counts against the budget.
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

constexpr std::size_t kPieceBytes = 16 << 10;
constexpr std::size_t kBytesPerStep = 8;

struct TextReader {
  std::string_view rest;
};

const char* read_text(lua_State* state, void* data, std::size_t* size) {
  auto& reader = *static_cast<TextReader*>(data);
  const std::string_view piece = reader.rest.substr(0, kPieceBytes);
  reader.rest.remove_prefix(piece.size());
  charge(state, piece.size() / kBytesPerStep);
  *size = piece.size();
  return piece.data();
}

// Calls the script's reader function (stack 1); the piece stays alive in stack 5.
const char* read_from_function(lua_State* state, void* data, std::size_t* size) {
  auto& first = *static_cast<bool*>(data);
  charge(state, 1);
  luaL_checkstack(state, 2, "too many nested functions");
  lua_pushvalue(state, 1);
  lua_call(state, 0, 1);
  *size = 0;
  if (lua_isnil(state, -1)) {
    lua_pop(state, 1);
    return nullptr;
  }
  if (lua_isstring(state, -1) == 0) luaL_error(state, "reader function must return a string");
  lua_replace(state, 5);
  const char* const piece = lua_tolstring(state, 5, size);
  if (first && *size > 0 && piece[0] == LUA_SIGNATURE[0]) {
    Error error;
    error.code = ErrorCode::kSandboxBytecode;
    error.message = "precompiled code cannot be loaded";
    raise(state, std::move(error));
  }
  if (*size > 0) first = false;
  return piece;
}

int bytecode_refused(lua_State* state) {
  Error error;
  error.code = ErrorCode::kSandboxBytecode;
  error.message = "precompiled code cannot be loaded";
  error.hint = "load source text";
  error.place = place_of_caller(state);
  lua_pushnil(state);
  push_error(state, error);
  return 2;
}

int script_load(lua_State* state) {
  const bool has_environment = !lua_isnone(state, 4) || lua_istable(state, lua_upvalueindex(1));
  if (lua_isnone(state, 4) && has_environment) {
    lua_settop(state, 3);
    lua_pushvalue(state, lua_upvalueindex(1));
  }
  std::size_t length = 0;
  const char* const text = lua_tolstring(state, 1, &length);
  if (text == nullptr) luaL_checktype(state, 1, LUA_TFUNCTION);
  const char* const name = luaL_optstring(state, 2, text != nullptr ? text : "=(load)");
  lua_settop(state, 5);
  const lua_KContext aborts = abort_count(state);
  int status = LUA_OK;
  if (text != nullptr) {
    if (length > 0 && text[0] == LUA_SIGNATURE[0]) return bytecode_refused(state);
    status = load_text(state, {text, length}, name);
  } else {
    bool first = true;
    status = lua_load(state, read_from_function, &first, name, "t");
  }
  if (status != LUA_OK) {
    settle_caught_error(state, status, aborts);
    if (status == LUA_ERRMEM) return lua_error(state);
    lua_pushnil(state);
    lua_insert(state, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(state, 4);
    if (lua_setupvalue(state, -2, 1) == nullptr) lua_pop(state, 1);
  }
  return 1;
}

}  // namespace

int load_text(lua_State* state, std::string_view source, const char* chunk_name) {
  TextReader reader{source};
  return lua_load(state, read_text, &reader, chunk_name, "t");
}

void open_load(lua_State* state) {
  lua_pushcfunction(state, guarded<script_load>);
  lua_setglobal(state, "load");
}

void set_load(lua_State* state) {
  lua_pushvalue(state, -1);
  lua_pushcclosure(state, guarded<script_load>, 1);
  lua_setfield(state, -2, "load");
}

}  // namespace tactus::vm
