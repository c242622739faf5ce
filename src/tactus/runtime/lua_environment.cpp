// What programs see of the environment: variables that `env_allow` of the configuration lists
// (language.md 11).
#include <algorithm>

#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

int env_index(lua_State* L) {
  const auto value = run_of(L).variable(task_of(L), check_text(L, 2, "env"));
  if (!value) return 0;
  push_text(L, *value);
  return 1;
}

int env_assign(lua_State* L) {
  Error error;
  error.code = ErrorCode::kReserved;
  error.message = "`env` cannot be changed by a program";
  error.hint = "use a variable of your own";
  vm::raise(L, std::move(error));
}

}  // namespace

std::optional<std::string> Run::variable(RunTask& task, const std::string& name) {
  const auto& allowed = parts_.config.env_allow;
  if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) {
    std::string value = parts_.environment.get(name);
    return value.empty() ? std::nullopt : std::optional(std::move(value));
  }
  if (refused_variables_.insert(name).second) {
    warn(&task, ErrorCode::kValidation,
         fmt::format("the variable {0} is not shown to the program; add it to `env_allow` in "
                     ".tactus/config.yml",
                     name));
  }
  return std::nullopt;
}

void open_environment_library(lua_State* L, Run& run) {
  lua_pushglobaltable(L);
  lua_pushliteral(L, "env");
  lua_newtable(L);
  lua_createtable(L, 0, 3);
  vm::set_function(L, "__index", vm::guarded<env_index>, &run);
  vm::set_function(L, "__newindex", vm::guarded<env_assign>, &run);
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

}  // namespace tactus::runtime
