#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

// Key in the metatable of library tables and their copies, so that State:get("k") is
// State.get("k").
const char kLibraryMark = 0;

}  // namespace

void refuse(lua_State* L, ErrorCode code, std::string message, std::string hint) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  error.hint = std::move(hint);
  vm::raise(L, std::move(error));
}

std::string check_text(lua_State* L, int index, const char* function) {
  if (lua_type(L, index) != LUA_TSTRING && lua_type(L, index) != LUA_TNUMBER) {
    refuse(L, ErrorCode::kOption,
           fmt::format("{} expects text as its argument, got {}", function,
                       lua_typename(L, lua_type(L, index))));
  }
  std::size_t size = 0;
  const char* text = lua_tolstring(L, index, &size);
  return {text, size};
}

Json check_json(lua_State* L, int index, const std::string& path, const char* what) {
  vm::ToJsonOptions options;
  options.path = path;
  options.what = what;
  auto value = vm::to_json(L, index, options);
  if (!value) vm::raise(L, value.error());
  return std::move(*value);
}

void check_running(lua_State* L, const Run& run, const char* what) {
  if (!run.declaring()) return;
  refuse(L, ErrorCode::kPhase,
         fmt::format("{} is not available while the file is being declared", what),
         "move it into the main procedure");
}

int first_argument(lua_State* L) {
  if (lua_type(L, 1) != LUA_TTABLE || !lua_getmetatable(L, 1)) return 1;
  const bool is_library = lua_rawgetp(L, -1, &kLibraryMark) == LUA_TBOOLEAN;
  lua_pop(L, 2);
  return is_library ? 2 : 1;
}

int await_json(lua_State* L, std::function<boost::asio::awaitable<Result<Json>>()> operation) {
  return vm::await(
      L, [operation = std::move(operation)]() -> boost::asio::awaitable<Result<vm::Pusher>> {
        auto value = co_await operation();
        if (!value) co_return fail(value.error());
        co_return vm::Pusher(
            [value = std::move(*value)](lua_State* state) { return push_value(state, value); });
      });
}

void check_known_keys(lua_State* L, int index, std::span<const std::string_view> known,
                      const char* function) {
  const int at = lua_absindex(L, index);
  lua_pushnil(L);
  while (lua_next(L, at) != 0) {
    lua_pop(L, 1);
    const std::string key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    const auto match = closest_match(key, names);
    Error error;
    error.code = ErrorCode::kOption;
    error.message = key.empty()
                        ? fmt::format("{}: every option is written as `key = value`", function)
                        : fmt::format("{}: unknown option '{}'", function, key);
    error.hint =
        match ? fmt::format("did you mean '{}'?", *match) : "options: " + join(names, ", ");
    vm::raise(L, std::move(error));
  }
}

int push_value(lua_State* L, const Json& value) {
  vm::push_json(L, value);
  return 1;
}

void open_library(lua_State* L, Run& run, const char* name,
                  std::initializer_list<Function> functions) {
  lua_createtable(L, 0, static_cast<int>(functions.size()));
  for (const Function& function : functions)
    vm::set_function(L, function.name, function.function, &run);
  lua_createtable(L, 0, 2);
  lua_pushboolean(L, 1);
  lua_rawsetp(L, -2, &kLibraryMark);
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_setglobal(L, name);
}

}  // namespace tactus::runtime
