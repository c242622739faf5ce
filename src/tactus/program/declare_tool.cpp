// tool(name, {…}, fn), language.md 6.1.
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
  tool->file = loader.file_of(site);
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

}  // namespace tactus::program
