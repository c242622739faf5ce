// Lists of tools (language.md 6.2), as declarations and turns give them.
#include <algorithm>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/loader.hpp>
#include <tactus/program/options.hpp>
#include <tactus/program/toolset.hpp>

namespace tactus::program {
namespace {

const std::vector<std::string> kSelectionKeys = {"name", "include", "exclude", "prefix", "rename"};

tl::unexpected<Error> bad(std::string message, std::string hint, std::string path = {}) {
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = std::move(message);
  error.hint = std::move(hint);
  error.path = std::move(path);
  return fail(std::move(error));
}

std::optional<std::string_view> text_at(lua_State* state, int index) {
  if (lua_type(state, index) != LUA_TSTRING) return std::nullopt;
  std::size_t size = 0;
  const char* text = lua_tolstring(state, index, &size);
  return std::string_view(text, size);
}

// The parameters and handler of an inline tool table at `index`.
Result<std::shared_ptr<const ToolDeclaration>> read_inline_tool(lua_State* state, int index,
                                                                const std::string& path) {
  auto tool = std::make_shared<ToolDeclaration>();
  lua_getfield(state, index, "name");
  const auto name = text_at(state, -1);
  tool->name = name.value_or("");
  lua_pop(state, 1);
  if (tool->name.empty()) {
    return bad("an inline tool needs a `name`",
               "{ name = \"lookup\", description = \"…\", handler = function(args) … end }", path);
  }
  lua_getfield(state, index, "description");
  tool->description = text_at(state, -1).value_or("");
  const bool described = lua_isnil(state, -1) || text_at(state, -1).has_value();
  lua_pop(state, 1);
  if (!described) return bad("`description` of a tool must be text", "", path + ".description");
  lua_getfield(state, index, "parameters");
  if (!lua_isnil(state, -1)) {
    auto parameters = read_schema(state, -1, schema::Required::kByDefault);
    if (!parameters) {
      lua_pop(state, 1);
      Error error = parameters.error();
      error.message = fmt::format("tool '{}': {}", tool->name, error.message);
      error.path = path + ".parameters" + (error.path.empty() ? "" : "." + error.path);
      return fail(std::move(error));
    }
    tool->parameters = std::move(*parameters);
  }
  lua_pop(state, 1);
  tool->json_parameters = schema::to_json_schema(tool->parameters);
  lua_getfield(state, index, "handler");
  tool->handler = vm::Ref(state, -1);
  const bool callable = lua_isfunction(state, -1);
  lua_pop(state, 1);
  if (!callable) {
    return bad(fmt::format("tool '{}': `handler` must be a function", tool->name),
               "handler = function(args) return … end", path + ".handler");
  }
  return std::shared_ptr<const ToolDeclaration>(std::move(tool));
}

bool has_field(lua_State* state, int index, const char* key) {
  const bool has = lua_getfield(state, index, key) != LUA_TNIL;
  lua_pop(state, 1);
  return has;
}

// What providers take as a part of a tool's name.
bool fits_into_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// The value on top as a list of names.
Result<std::vector<std::string>> read_names(lua_State* state, const std::string& key,
                                            const std::string& path) {
  std::vector<std::string> names;
  const auto count = lua_istable(state, -1) ? static_cast<lua_Integer>(lua_rawlen(state, -1)) : 0;
  bool valid = lua_istable(state, -1);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(state, -1, i);
    const auto name = text_at(state, -1);
    if (name) names.emplace_back(*name);
    valid = valid && name;
    lua_pop(state, 1);
  }
  if (valid) return names;
  return bad(fmt::format("`{}` must be a list of names of tools", key), key + " = { \"lookup\" }",
             path + "." + key);
}

// The value on top as a table of new names by old ones.
Result<std::map<std::string, std::string>> read_renames(lua_State* state, const std::string& path) {
  std::map<std::string, std::string> renames;
  bool valid = lua_istable(state, -1);
  if (valid) {
    lua_pushnil(state);
    while (lua_next(state, -2) != 0) {
      const auto from = text_at(state, -2), to = text_at(state, -1);
      valid = valid && from && to && !to->empty() && fits_into_name(*to);
      if (from && to) renames[std::string(*from)] = std::string(*to);
      lua_pop(state, 1);
    }
  }
  if (valid) return renames;
  return bad("`rename` must be a table of new names by old ones",
             "rename = { old = \"new\" }; names are made of letters, digits, _ and -",
             path + ".rename");
}

// One key of a selection; the value is on top.
Result<void> read_selection_key(lua_State* state, const std::string& key, const std::string& path,
                                ToolEntry& entry) {
  if (key == "include" || key == "exclude") {
    auto names = read_names(state, key, path);
    if (!names) return fail(names.error());
    if (key == "include") {
      entry.include = std::move(*names);
    } else {
      entry.exclude = std::move(*names);
    }
  } else if (key == "prefix") {
    const auto prefix = text_at(state, -1);
    if (!prefix || !fits_into_name(*prefix))
      return bad("`prefix` must be made of letters, digits, _ and -", "prefix = \"geo_\"",
                 path + ".prefix");
    entry.prefix = std::string(*prefix);
  } else if (key == "rename") {
    auto renames = read_renames(state, path);
    if (!renames) return fail(renames.error());
    entry.rename = std::move(*renames);
  } else if (key != "name") {
    const auto match = closest_match(key, kSelectionKeys);
    return bad(fmt::format("unknown key `{}` in an entry of a tool list", key),
               match ? fmt::format("did you mean `{}`?", *match)
                     : "keys: " + join(kSelectionKeys, ", ") + "; an inline tool has a `handler`",
               path + "." + key);
  }
  return {};
}

// { name = …, include = …, exclude = …, prefix = …, rename = … }.
Result<ToolEntry> read_selection(lua_State* state, int index, const std::string& path) {
  lua_getfield(state, index, "name");
  const bool nested = lua_istable(state, -1) && !declared_object(state, -1);
  auto entry = nested ? Result<ToolEntry>(bad("`name` must be a name or an object of the file",
                                              "name = \"geo\"", path + ".name"))
                      : read_tool_entry(state, lua_gettop(state), path + ".name");
  lua_pop(state, 1);
  if (!entry) return entry;
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    const std::string key = vm::to_display_text(state, -2);
    const auto read = read_selection_key(state, key, path, *entry);
    lua_pop(state, 1);
    if (!read) {
      lua_pop(state, 1);
      return fail(read.error());
    }
  }
  return entry;
}

}  // namespace

Result<ToolEntry> read_tool_entry(lua_State* state, int index, const std::string& path) {
  luaL_checkstack(state, 8, nullptr);
  index = lua_absindex(state, index);
  ToolEntry entry;
  if (const auto name = text_at(state, index)) {
    entry.name = std::string(*name);
    return entry;
  }
  if ((entry.toolset = toolset_at(state, index))) {
    entry.name = entry.toolset->name;
    return entry;
  }
  if (const auto object = declared_object(state, index)) {
    if (object->kind == ObjectKind::kAgent) {
      return bad(fmt::format("agent '{}' is in the list, but an agent is not a tool", object->name),
                 "wrap it: tool(\"ask\", { … }, function(args) return Agent.turn(args.q).text end)",
                 path);
    }
    entry.name = object->name;
    entry.tool = object->tool;
    entry.procedure = object->procedure;
    return entry;
  }
  if (!lua_istable(state, index)) {
    return bad(fmt::format("a tool list holds names, tools and inline tools, not {}",
                           describe_value(state, index)),
               "tools = { \"lookup\", \"done\" }", path);
  }
  if (has_field(state, index, "handler")) {
    auto tool = read_inline_tool(state, index, path);
    if (!tool) return fail(tool.error());
    entry.name = (*tool)->name;
    entry.inline_tool = std::move(*tool);
    return entry;
  }
  if (has_field(state, index, "name")) return read_selection(state, index, path);
  return bad(
      "a table in a tool list must be an inline tool with a `handler`, or name what it "
      "selects from",
      "{ name = \"geo\", include = { \"area\" } }", path);
}

Result<std::vector<ToolEntry>> read_tool_list(lua_State* state, int index) {
  index = lua_absindex(state, index);
  if (!lua_istable(state, index) || declared_object(state, index)) {
    return bad("a tool list must be a table of names, got " + describe_value(state, index),
               "write braces around it: { \"lookup\", \"done\" }; {} means no tools");
  }
  luaL_checkstack(state, 6, nullptr);
  std::vector<ToolEntry> entries;
  const auto count = static_cast<lua_Integer>(lua_rawlen(state, index));
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(state, index, i);
    auto entry = read_tool_entry(state, lua_gettop(state), "[" + std::to_string(i) + "]");
    lua_pop(state, 1);
    if (!entry) return fail(entry.error());
    entries.push_back(std::move(*entry));
  }
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    lua_pop(state, 1);
    if (lua_type(state, -1) == LUA_TNUMBER) continue;
    const std::string key = vm::to_display_text(state, -1);
    lua_pop(state, 1);
    return bad(fmt::format("a tool list has no keys, but `{}` is one", key),
               "list the tools by name, or put inline tools into a table of their own: "
               "{ { name = …, handler = … } }",
               key);
  }
  return entries;
}

}  // namespace tactus::program
