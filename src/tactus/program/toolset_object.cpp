#include <optional>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/program/loader.hpp>
#include <tactus/program/toolset.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::program {
namespace {

using Handle = std::shared_ptr<const ToolsetDeclaration>;
const char* const kToolsetType = "tactus.toolset";
// Key of the registry: its address counts.
const char kLoaderFunction = 0;

Handle& handle_at(lua_State* state, int index) {
  return *static_cast<Handle*>(luaL_checkudata(state, index, kToolsetType));
}

// The names of a set that needs nothing from outside of the file.
std::optional<std::vector<std::string>> certain_names(const ToolsetDeclaration& toolset) {
  if (toolset.type != ToolsetType::kLua) return std::nullopt;
  std::vector<std::string> names;
  for (const ToolEntry& entry : toolset.entries) {
    if ((!entry.inline_tool && !entry.tool) || entry.selects()) return std::nullopt;
    names.push_back(entry.name);
  }
  return names;
}

int push_tools(lua_State* state, const ToolsetDeclaration& toolset) {
  if (const auto names = certain_names(toolset)) {
    vm::push_json(state, Json(JsonArray(names->begin(), names->end())));
    return 1;
  }
  if (lua_rawgetp(state, LUA_REGISTRYINDEX, &kLoaderFunction) != LUA_TFUNCTION) {
    Error error;
    error.code = ErrorCode::kPhase;
    error.message = fmt::format(
        "the tools of toolset '{}' are not known while the file is being "
        "declared",
        toolset.name);
    error.hint = "read `.tools` in the body of a procedure";
    vm::raise(state, std::move(error));
  }
  lua_pushvalue(state, 1);
  lua_callk(state, 1, 1, 0, [](lua_State*, int, lua_KContext) { return 1; });
  return 1;
}

int index_toolset(lua_State* state) {
  const ToolsetDeclaration& toolset = *handle_at(state, 1);
  const std::string key = vm::to_display_text(state, 2);
  if (key == "tools") return push_tools(state, toolset);
  if (key != "name") return 0;
  lua_pushlstring(state, toolset.name.data(), toolset.name.size());
  return 1;
}

int print_toolset(lua_State* state) {
  const std::string text = "toolset " + handle_at(state, 1)->name;
  lua_pushlstring(state, text.data(), text.size());
  return 1;
}

int collect_toolset(lua_State* state) {
  std::destroy_at(&handle_at(state, 1));
  return 0;
}

// Pushes the metatable of all toolsets. [-0, +1, e]
void push_metatable(lua_State* state) {
  if (luaL_newmetatable(state, kToolsetType) == 0) return;
  lua_pushcfunction(state, vm::guarded<index_toolset>);
  lua_setfield(state, -2, "__index");
  lua_pushcfunction(state, vm::guarded<print_toolset>);
  lua_setfield(state, -2, "__tostring");
  lua_pushcfunction(state, vm::guarded<collect_toolset>);
  lua_setfield(state, -2, "__gc");
  lua_pushstring(state, "toolset");
  lua_setfield(state, -2, "__name");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
}

}  // namespace

void push_toolset(lua_State* state, std::shared_ptr<const ToolsetDeclaration> toolset) {
  luaL_checkstack(state, 4, nullptr);
  push_metatable(state);
  // Allocate, construct, then the metatable: __gc never meets raw memory.
  new (lua_newuserdatauv(state, sizeof(Handle), 0)) Handle(std::move(toolset));
  lua_insert(state, -2);
  lua_setmetatable(state, -2);
}

std::shared_ptr<const ToolsetDeclaration> toolset_at(lua_State* state, int index) {
  const auto* handle = static_cast<Handle*>(luaL_testudata(state, index, kToolsetType));
  return handle ? *handle : nullptr;
}

void set_toolset_loader(lua_State* state) {
  lua_rawsetp(state, LUA_REGISTRYINDEX, &kLoaderFunction);
}

}  // namespace tactus::program
