// tool(name, {…}, fn) and toolset(name, {…}), language.md 6.
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

void read_tool(ConfigReader& reader, ToolDeclaration& tool) {
  tool.description = reader.text("description").value_or("");
  if (auto parameters = reader.schema(reader.alias({"parameters", "params", "input"}),
                                      schema::Required::kByDefault)) {
    tool.parameters = std::move(*parameters);
  }
  tool.handler = reader.function(reader.alias({"handler", "run"}));
  if (reader.duration("timeout")) {
    reader.warn("timeout", "`timeout` has no effect: a Lua handler is not interrupted",
                "remove it");
  }
}

}  // namespace

void declare_tool(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                  const Arguments& arguments) {
  auto tool = std::make_shared<ToolDeclaration>();
  tool->name = name;
  tool->line = site.line;
  if (arguments.config != 0) {
    ConfigReader reader(loader, state, arguments.config,
                        {"tool '" + name + "'", "a tool", site, {}});
    read_tool(reader, *tool);
    reader.finish();
    if (tool->handler && arguments.function != 0) {
      reader.error("handler", "there are two handlers: `handler` and the function after the table",
                   "keep one of them");
    }
  }
  if (arguments.function != 0) tool->handler = vm::Ref(state, arguments.function);
  tool->json_parameters = schema::to_json_schema(tool->parameters);
  loader.declare_tool(state, std::move(tool), site);
}

void declare_toolset(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                     const Arguments& arguments) {
  ConfigReader reader(loader, state, arguments.config,
                      {"toolset '" + name + "'", "a toolset", site, {}});
  std::vector<std::string> members;
  const std::string type = reader.text("type").value_or("lua");
  if (type != "lua") {
    reader.error("type", "toolsets of type \"" + type + "\" are not available in this version",
                 "type = \"lua\" with a list of tools is");
  } else if (!reader.push("tools")) {
    reader.error("", "a toolset of type \"lua\" needs `tools`",
                 "tools = { { name = \"lookup\", handler = function(args) … end } }");
  } else {
    auto list = read_tool_list(state, -1);
    lua_pop(state, 1);
    if (!list) reader.error("tools", list.error());
    for (ToolEntry& entry : list.value_or(std::vector<ToolEntry>{})) {
      // Made non-const by the reader a moment ago and shared with nobody: it may become the
      // program's.
      if (auto tool = std::const_pointer_cast<ToolDeclaration>(entry.inline_tool)) {
        tool->line = site.line;
        loader.register_tool(state, tool, site);
      }
      members.push_back(std::move(entry.name));
    }
    reader.finish();
  }
  loader.program.toolsets[name] = members;
  lua_createtable(state, 0, 2);
  lua_pushlstring(state, name.data(), name.size());
  lua_setfield(state, -2, "name");
  vm::push_json(state, Json(JsonArray(members.begin(), members.end())));
  lua_setfield(state, -2, "tools");
  loader.remember_object(state, ObjectKind::kToolset, name);
}

}  // namespace tactus::program
