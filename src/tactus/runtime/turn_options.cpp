// Arguments of Agent.turn (language.md 4.5): a text, a table, or both.
#include <cmath>

#include <tactus/base/text.hpp>
#include <tactus/program/options.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

const std::vector<std::string> kKeys = {
    "inject",     "tools",      "toolsets",         "temperature",
    "max_tokens", "top_p",      "presence_penalty", "frequency_penalty",
    "seed",       "stop",       "stream",           "output",
    "on_chunk",   "on_partial", "on_tool",          "replay_stream"};

double number_option(lua_State* L, const std::string& key) {
  if (lua_type(L, -1) != LUA_TNUMBER) {
    refuse(L, ErrorCode::kOption,
           fmt::format("turn option '{}' must be a number, got {}", key,
                       lua_typename(L, lua_type(L, -1))));
  }
  const double number = lua_tonumber(L, -1);
  if (!std::isfinite(number))
    refuse(L, ErrorCode::kOption, fmt::format("turn option '{}' must be a finite number", key));
  return number;
}

std::int64_t integer_option(lua_State* L, const std::string& key) {
  number_option(L, key);
  int is_integer = 0;
  const lua_Integer number = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer)
    refuse(L, ErrorCode::kOption, fmt::format("turn option '{}' must be a whole number", key));
  return number;
}

void add_tools(lua_State* L, const std::string& key, TurnOptions& options) {
  auto list = program::read_tool_list(L, lua_gettop(L));
  if (!list)
    refuse(L, ErrorCode::kOption,
           fmt::format("turn option '{}'{}: {}", key, list.error().path, list.error().message),
           list.error().hint);
  if (!options.tools) options.tools.emplace();
  options.tools->insert(options.tools->end(), list->begin(), list->end());
}

program::StreamSetting stream_option(lua_State* L) {
  auto setting = program::read_stream_setting(L, lua_gettop(L));
  if (!setting)
    refuse(L, ErrorCode::kOption, "turn option 'stream': " + setting.error().message,
           setting.error().hint);
  return *setting;
}

void read_stop(lua_State* L, TurnOptions& options) {
  const Json value = check_json(L, -1, "stop", "used");
  std::vector<std::string> stops;
  if (value.is_string()) stops.emplace_back(value.get_string());
  if (value.is_array()) {
    for (const Json& item : value.get_array()) {
      if (item.is_string()) stops.emplace_back(item.get_string());
    }
  }
  options.settings.stop = std::move(stops);
}

void read_output(lua_State* L, TurnOptions& options) {
  if (lua_type(L, -1) == LUA_TBOOLEAN && !lua_toboolean(L, -1)) {
    options.without_output = true;
    return;
  }
  auto output = program::read_schema(L, lua_gettop(L), schema::Required::kOnlyIfSaid);
  if (!output)
    refuse(L, ErrorCode::kOption, "turn option 'output': " + output.error().message,
           output.error().hint);
  options.output = std::move(*output);
}

// `inject` is sent verbatim; what is not text goes as JSON.
std::string injected(lua_State* L, int index) {
  if (lua_type(L, index) == LUA_TSTRING || lua_type(L, index) == LUA_TNUMBER)
    return check_text(L, index, "inject");
  return dump_json(check_json(L, index, "inject", "sent"));
}

void read_option(lua_State* L, const std::string& key, TurnOptions& options) {
  program::ModelSettings& settings = options.settings;
  if (key == "inject") {
    options.inject = injected(L, -1);
  } else if (key == "tools" || key == "toolsets") {
    add_tools(L, key, options);
  } else if (key == "temperature") {
    settings.temperature = number_option(L, key);
  } else if (key == "top_p") {
    settings.top_p = number_option(L, key);
  } else if (key == "presence_penalty") {
    settings.presence_penalty = number_option(L, key);
  } else if (key == "frequency_penalty") {
    settings.frequency_penalty = number_option(L, key);
  } else if (key == "max_tokens") {
    settings.max_tokens = integer_option(L, key);
  } else if (key == "seed") {
    settings.seed = integer_option(L, key);
  } else if (key == "stop") {
    read_stop(L, options);
  } else if (key == "stream") {
    options.stream = stream_option(L);
  } else if (key == "replay_stream") {
    if (!lua_isboolean(L, -1))
      refuse(L, ErrorCode::kOption, "turn option 'replay_stream' must be true or false");
    options.replay_stream = lua_toboolean(L, -1) != 0;
  } else if (key == "output") {
    read_output(L, options);
  } else {
    auto& callback = key == "on_chunk"     ? options.on_chunk
                     : key == "on_partial" ? options.on_partial
                                           : options.on_tool;
    if (lua_type(L, -1) != LUA_TFUNCTION)
      refuse(L, ErrorCode::kOption, fmt::format("turn option '{}' must be a function", key));
    callback = std::make_shared<vm::Ref>(L, -1);
  }
}

}  // namespace

TurnOptions read_turn_options(lua_State* L, int first) {
  TurnOptions options;
  int table = first;
  if (lua_type(L, first) == LUA_TSTRING) {
    options.inject = injected(L, first);
    table = first + 1;
  }
  if (lua_isnoneornil(L, table)) return options;
  if (lua_type(L, table) != LUA_TTABLE) {
    refuse(L, ErrorCode::kOption,
           fmt::format("turn expects a text or a table of options, got {}",
                       lua_typename(L, lua_type(L, table))));
  }
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    if (lua_type(L, -2) != LUA_TSTRING)
      refuse(L, ErrorCode::kOption, "turn options are named; a list was given",
             "write turn{inject = \"…\"}");
    const std::string key = lua_tostring(L, -2);
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
      const auto match = closest_match(key, kKeys);
      refuse(L, ErrorCode::kOption,
             match ? fmt::format("unknown turn option '{}'; did you mean '{}'?", key, *match)
                   : fmt::format("unknown turn option '{}'", key),
             "valid options: " + join(kKeys, ", "));
    }
    read_option(L, key, options);
    lua_pop(L, 1);
  }
  return options;
}

}  // namespace tactus::runtime
