// Log, log, print (language.md 11).
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

// Log.info(message, context); upvalue 2 is the level.
int log_at_level(lua_State* L) {
  Run& run = run_of(L);
  const std::string level = lua_tostring(L, lua_upvalueindex(2));
  const int at = first_argument(L);
  lua_settop(L, at + 1);
  const std::string message = vm::to_display_text(L, at);
  Json context = nullptr;
  if (lua_type(L, at + 1) == LUA_TTABLE) {
    vm::ToJsonOptions options;
    options.path = "context";
    options.lenient = true;
    if (auto value = vm::to_json(L, at + 1, options)) context = std::move(*value);
  }
  run.emit_log(&task_of(L), level, message, std::move(context));
  return 0;
}

// Log(message, context): the first argument is the library itself.
int log_call(lua_State* L) {
  lua_remove(L, 1);
  const int count = lua_gettop(L);
  lua_pushlightuserdata(L, &run_of(L));
  lua_pushliteral(L, "INFO");
  lua_pushcclosure(L, vm::guarded<log_at_level>, 2);
  lua_insert(L, 1);
  lua_call(L, count, 0);
  return 0;
}

// print(a, b, …): one INFO entry, parts joined by tabs as Lua's own does.
int print(lua_State* L) {
  Run& run = run_of(L);
  std::string text;
  for (int i = 1; i <= lua_gettop(L); ++i) {
    if (i > 1) text += '\t';
    text += vm::to_display_text(L, i);
  }
  run.emit_log(&task_of(L), "INFO", text, nullptr);
  return 0;
}

}  // namespace

void open_log_library(lua_State* L, Run& run) {
  open_library(L, run, "Log", {});
  lua_getglobal(L, "Log");
  const std::pair<const char*, const char*> levels[] = {{"debug", "DEBUG"},
                                                        {"info", "INFO"},
                                                        {"warn", "WARNING"},
                                                        {"warning", "WARNING"},
                                                        {"error", "ERROR"}};
  for (const auto& [name, level] : levels) {
    lua_pushlightuserdata(L, &run);
    lua_pushstring(L, level);
    lua_pushcclosure(L, vm::guarded<log_at_level>, 2);
    lua_setfield(L, -2, name);
  }
  lua_getmetatable(L, -1);
  vm::set_function(L, "__call", vm::guarded<log_call>, &run);
  lua_pop(L, 1);
  lua_setglobal(L, "log");
  lua_pushlightuserdata(L, &run);
  lua_pushcclosure(L, vm::guarded<print>, 1);
  lua_setglobal(L, "print");
}

}  // namespace tactus::runtime
