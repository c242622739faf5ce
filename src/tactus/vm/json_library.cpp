// The global `Json` (language.md 11).
#include <algorithm>

#include <tactus/vm/bridge.hpp>
#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

bool option(lua_State* state, int index, const char* name) {
  if (!lua_istable(state, index)) return false;
  lua_getfield(state, index, name);
  const bool set = lua_toboolean(state, -1) != 0;
  lua_pop(state, 1);
  return set;
}

int json_encode(lua_State* state) {
  luaL_checkany(state, 1);
  ToJsonOptions options;
  options.what = "encoded";
  Result<Json> value = to_json(state, 1, options);
  if (!value) raise(state, std::move(value.error()));
  const auto form = option(state, 2, "pretty") ? JsonForm::kPretty : JsonForm::kCompact;
  const std::string text = dump_json(*value, form);
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

// The parsed document lives outside Lua's memory, so its size is estimated before it is made.
void check_document_size(lua_State* state, std::string_view text) {
  constexpr std::size_t kBytesPerValue = 32;
  const auto separators = std::count_if(text.begin(), text.end(), [](char at) {
    return at == ',' || at == '[' || at == '{' || at == ':';
  });
  const std::size_t bytes = text.size() + static_cast<std::size_t>(separators) * kBytesPerValue;
  if (bytes > interpreter_of(state).limits.memory_bytes) raise_memory(state);
}

int json_decode(lua_State* state) {
  std::size_t length = 0;
  const char* const text = luaL_checklstring(state, 1, &length);
  charge(state, length / 8);
  check_document_size(state, {text, length});
  const Result<Json> value = parse_json({text, length});
  if (!value) raise(state, value.error());
  push_json(state, *value, option(state, 2, "null") ? Nulls::kKept : Nulls::kAbsent);
  return 1;
}

int mark_argument(lua_State* state, Mark mark) {
  if (lua_isnoneornil(state, 1)) {
    lua_settop(state, 0);
    lua_newtable(state);
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  set_mark(state, 1, mark);
  lua_settop(state, 1);
  return 1;
}
int json_array(lua_State* state) { return mark_argument(state, Mark::kArray); }
int json_object(lua_State* state) { return mark_argument(state, Mark::kObject); }

}  // namespace

Result<void> open_json_library(Vm& vm) {
  return vm.protect([](lua_State* state) {
    const luaL_Reg functions[] = {{"encode", guarded<json_encode>},
                                  {"decode", guarded<json_decode>},
                                  {"array", guarded<json_array>},
                                  {"object", guarded<json_object>},
                                  {nullptr, nullptr}};
    luaL_newlib(state, functions);
    push_json_null(state);
    lua_setfield(state, -2, "null");
    lua_setglobal(state, "Json");
  });
}

}  // namespace tactus::vm
