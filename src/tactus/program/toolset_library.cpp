// Toolset.get, combine, filter and define (language.md 11). They only make declarations, so they
// work while a file is declared, too.
#include <algorithm>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>
#include <tactus/program/toolset.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

[[noreturn]] void raise_option(lua_State* state, std::string message, std::string hint) {
  Error error;
  error.code = ErrorCode::kOption;
  error.message = std::move(message);
  error.hint = std::move(hint);
  vm::raise(state, std::move(error));
}

// Removes the table of a call with a colon. [-(0|1), +0, e]
void drop_self(lua_State* state) {
  const vm::GlobalsScope globals(state, loader_upvalue(state).globals);
  lua_pushglobaltable(state);
  lua_pushstring(state, "Toolset");
  lua_rawget(state, -2);
  const bool self = lua_istable(state, 1) && lua_rawequal(state, 1, -1) != 0;
  lua_pop(state, 2);
  if (self) lua_remove(state, 1);
}

ToolEntry entry_argument(lua_State* state, int index, const char* function) {
  auto entry = read_tool_entry(state, index, "");
  if (entry) return std::move(*entry);
  raise_option(state, fmt::format("{}: {}", function, entry.error().message), entry.error().hint);
}

int get_toolset(lua_State* state) {
  Loader& loader = loader_upvalue(state);
  drop_self(state);
  if (lua_type(state, 1) != LUA_TSTRING)
    raise_option(state,
                 "Toolset.get expects the name of a toolset, got " + describe_value(state, 1),
                 "Toolset.get(\"geo\")");
  const std::string name = lua_tostring(state, 1);
  if (auto declared = loader.program.find_toolset(name)) {
    push_toolset(state, std::move(declared));
    return 1;
  }
  std::vector<std::string> known = loader.program.outside_sets;
  if (std::find(known.begin(), known.end(), name) != known.end()) {
    auto reference = std::make_shared<ToolsetDeclaration>();
    reference->name = name;
    reference->type = ToolsetType::kReference;
    reference->entries.push_back({name});
    push_toolset(state, std::move(reference));
    return 1;
  }
  for (const auto& toolset : loader.program.toolsets) known.push_back(toolset->name);
  Error error;
  error.code = ErrorCode::kToolNotFound;
  error.message = fmt::format("there is no toolset '{}'", name);
  const auto match = closest_match(name, known);
  error.hint = match           ? "did you mean '" + *match + "'?"
               : known.empty() ? "declare it with toolset(…), or in the configuration"
                               : "there are: " + join(known, ", ");
  vm::raise(state, std::move(error));
}

int combine_toolsets(lua_State* state) {
  drop_self(state);
  auto combined = std::make_shared<ToolsetDeclaration>();
  combined->type = ToolsetType::kCombined;
  const int count = lua_gettop(state);
  if (count == 0)
    raise_option(state, "Toolset.combine expects toolsets", "Toolset.combine(Geo, \"search\")");
  std::vector<std::string> names;
  for (int i = 1; i <= count; ++i) {
    combined->entries.push_back(entry_argument(state, i, "Toolset.combine"));
    names.push_back(combined->entries.back().name);
  }
  combined->name = join(names, "+");
  push_toolset(state, std::move(combined));
  return 1;
}

int filter_toolset(lua_State* state) {
  drop_self(state);
  if (!lua_isfunction(state, 2)) {
    raise_option(state,
                 "Toolset.filter expects a toolset and a function, got " +
                     describe_value(state, 2) + " as the second",
                 "Toolset.filter(Geo, function(name) return name ~= \"area\" end)");
  }
  auto filtered = std::make_shared<ToolsetDeclaration>();
  filtered->type = ToolsetType::kFiltered;
  filtered->entries.push_back(entry_argument(state, 1, "Toolset.filter"));
  filtered->name = filtered->entries.front().name;
  filtered->filter = vm::Ref(state, 2);
  push_toolset(state, std::move(filtered));
  return 1;
}

// Toolset.define(name, cfg) is toolset(name, cfg); upvalue 3 is that function.
int define_toolset(lua_State* state) {
  drop_self(state);
  lua_pushvalue(state, lua_upvalueindex(3));
  lua_insert(state, 1);
  lua_call(state, lua_gettop(state) - 1, 1);
  return 1;
}

void set_member(lua_State* state, Loader& loader, const char* name, lua_CFunction function) {
  lua_pushlightuserdata(state, &loader);
  lua_pushinteger(state, 0);
  lua_pushcclosure(state, function, 2);
  lua_setfield(state, -2, name);
}

}  // namespace

void install_toolset_library(lua_State* state, Loader& loader) {
  lua_pushglobaltable(state);
  lua_pushstring(state, "Toolset");
  lua_createtable(state, 0, 4);
  set_member(state, loader, "get", vm::guarded<get_toolset>);
  set_member(state, loader, "combine", vm::guarded<combine_toolsets>);
  set_member(state, loader, "filter", vm::guarded<filter_toolset>);
  lua_pushlightuserdata(state, &loader);
  lua_pushinteger(state, 0);
  lua_pushstring(state, "toolset");
  lua_rawget(state, -6);
  lua_pushcclosure(state, vm::guarded<define_toolset>, 3);
  lua_setfield(state, -2, "define");
  lua_rawset(state, -3);
  lua_pop(state, 1);
}

}  // namespace tactus::program
