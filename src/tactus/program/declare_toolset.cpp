// toolset(name, {type = …}), language.md 6.6.
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>
#include <tactus/program/toolset.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::program {
namespace {

const std::vector<std::string> kTypes = {"lua", "plugin", "mcp", "filtered", "combined"};

void read_tools(ConfigReader& reader, ToolsetDeclaration& toolset, const Site& site) {
  if (!reader.push("tools")) {
    reader.error("", "a toolset of type \"lua\" needs `tools`",
                 "tools = { { name = \"lookup\", handler = function(args) … end } }");
    return;
  }
  auto list = read_tool_list(reader.state(), -1);
  lua_pop(reader.state(), 1);
  if (!list) return reader.error("tools", list.error());
  toolset.entries = std::move(*list);
  for (const ToolEntry& entry : toolset.entries) {
    if (!entry.inline_tool) continue;
    reader.loader().check_reserved(reader.state(), entry.name, site);
    // Made by the reader a moment ago and shared with nobody.
    auto& tool = const_cast<ToolDeclaration&>(*entry.inline_tool);
    tool.line = site.line;
    tool.file = reader.loader().file_of(site);
  }
}

void read_paths(ConfigReader& reader, ToolsetDeclaration& toolset) {
  if (!reader.push("paths")) {
    reader.error("", "a toolset of type \"plugin\" needs `paths`", "paths = { \"tools/\" }");
    return;
  }
  lua_State* state = reader.state();
  bool valid = lua_istable(state, -1);
  const auto count = valid ? static_cast<lua_Integer>(lua_rawlen(state, -1)) : 0;
  for (lua_Integer i = 1; i <= count; ++i) {
    valid = lua_rawgeti(state, -1, i) == LUA_TSTRING && valid;
    if (valid) toolset.paths.emplace_back(lua_tostring(state, -1));
    lua_pop(state, 1);
  }
  if (!valid) return reader.wrong_type("paths", "a list of files and folders");
  lua_pop(state, 1);
}

void read_source(ConfigReader& reader, ToolsetDeclaration& toolset) {
  if (reader.push("source")) {
    auto entry = read_tool_entry(reader.state(), -1, "");
    lua_pop(reader.state(), 1);
    if (entry) {
      toolset.entries.push_back(std::move(*entry));
    } else {
      reader.error("source", entry.error());
    }
  } else {
    reader.error("", "a toolset of type \"filtered\" needs a `source`", "source = \"geo\"");
  }
  const auto pattern = reader.text("pattern");
  toolset.pattern = pattern.value_or("");
  toolset.filter = reader.function("filter");
  if (pattern && !schema::pattern_is_valid(*pattern)) {
    reader.error("pattern", fmt::format("the pattern '{}' is not a regular expression", *pattern),
                 "a pattern such as \"^geo_\" is searched in the names of the tools");
  }
  if (pattern.has_value() == static_cast<bool>(toolset.filter)) {
    reader.error("", "a toolset of type \"filtered\" needs `pattern` or `filter`, one of them",
                 "pattern = \"^geo_\", or filter = function(name) return … end");
  }
}

void read_sources(ConfigReader& reader, ToolsetDeclaration& toolset) {
  if (!reader.push("sources")) {
    reader.error("", "a toolset of type \"combined\" needs `sources`",
                 "sources = { \"geo\", \"search\" }");
    return;
  }
  auto list = read_tool_list(reader.state(), -1);
  lua_pop(reader.state(), 1);
  if (!list) return reader.error("sources", list.error());
  toolset.entries = std::move(*list);
}

void read_toolset(ConfigReader& reader, ToolsetDeclaration& toolset, const Site& site) {
  const std::string type = reader.text("type").value_or("lua");
  reader.accept("description");
  if (type == "lua") {
    read_tools(reader, toolset, site);
  } else if (type == "plugin") {
    toolset.type = ToolsetType::kPlugin;
    read_paths(reader, toolset);
  } else if (type == "mcp") {
    toolset.type = ToolsetType::kMcp;
    toolset.server = reader.text("server").value_or("");
    if (toolset.server.empty())
      reader.error("", "a toolset of type \"mcp\" needs `server`",
                   "server = \"name\" of mcp_servers");
  } else if (type == "filtered") {
    toolset.type = ToolsetType::kFiltered;
    read_source(reader, toolset);
  } else if (type == "combined") {
    toolset.type = ToolsetType::kCombined;
    read_sources(reader, toolset);
  } else {
    const auto match = closest_match(type, kTypes);
    reader.error(
        "type", fmt::format("there is no type of toolsets \"{}\"", type),
        match ? fmt::format("did you mean \"{}\"?", *match) : "types: " + join(kTypes, ", "));
    return;
  }
  reader.finish();
}

}  // namespace

void declare_toolset(Loader& loader, lua_State* state, const std::string& name, const Site& site,
                     const Arguments& arguments) {
  ConfigReader reader(loader, state, arguments.config,
                      {"toolset '" + name + "'", "a toolset", site, {}});
  auto toolset = std::make_shared<ToolsetDeclaration>();
  toolset->name = name;
  toolset->line = site.line;
  toolset->file = loader.file_of(site);
  read_toolset(reader, *toolset, site);
  loader.declare_toolset(state, toolset, site);
}

}  // namespace tactus::program
