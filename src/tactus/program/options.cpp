#include <array>
#include <charconv>
#include <cmath>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/program/loader.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

constexpr std::size_t kShownBytesMax = 40;

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

// One key of a `stream` table; `key` and value are the two topmost values.
Result<void> read_stream_field(lua_State* state, StreamSetting& setting) {
  static const std::vector<std::string> kKeys = {"text",   "tools",  "reasoning",
                                                 "output", "smooth", "min_interval_ms"};
  const std::string key(text_at(state, -2).value_or(""));
  const std::array<std::pair<std::string_view, bool*>, 4> fields = {
      {{"text", &setting.text},
       {"tools", &setting.tools},
       {"reasoning", &setting.reasoning},
       {"output", &setting.output}}};
  for (const auto& [name, flag] : fields) {
    if (key != name) continue;
    if (!lua_isboolean(state, -1)) {
      return bad(fmt::format("`{}` must be true or false, got {}", key, describe_value(state, -1)),
                 fmt::format("write `{} = false` to get it in one piece", key), key);
    }
    *flag = lua_toboolean(state, -1) != 0;
    return {};
  }
  if (key == "smooth") {
    if (text_at(state, -1) == "none") return {};
    return bad(fmt::format("`smooth` can only be \"none\", got {}", describe_value(state, -1)),
               "cutting at words or lines is not available in this version", key);
  }
  if (key == "min_interval_ms") {
    if (lua_type(state, -1) == LUA_TNUMBER && lua_tonumber(state, -1) == 0) return {};
    return bad(fmt::format("`min_interval_ms` can only be 0, got {}", describe_value(state, -1)),
               "pacing of pieces is not available in this version", key);
  }
  const auto match = closest_match(key, kKeys);
  return bad(fmt::format("unknown key `{}` in `stream`", key),
             match ? fmt::format("did you mean `{}`?", *match) : "keys: " + join(kKeys, ", "), key);
}

template <typename T>
void take(std::optional<T>& low, const std::optional<T>& high) {
  if (high) low = high;
}

void take(JsonObject& low, const JsonObject& high) {
  for (const auto& member : high) low[member.key()] = member.value();
}

}  // namespace

std::string describe_value(lua_State* state, int index) {
  switch (lua_type(state, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
      return "nothing";
    case LUA_TBOOLEAN:
      return lua_toboolean(state, index) ? "true" : "false";
    case LUA_TNUMBER:
      return "the number " + vm::to_display_text(state, index);
    case LUA_TSTRING: {
      const std::string text = repair_utf8(*text_at(state, index));
      const std::string_view shown = truncate_utf8(text, kShownBytesMax);
      return fmt::format("the text \"{}{}\"", shown, shown.size() < text.size() ? "…" : "");
    }
    case LUA_TTABLE:
      return "a table";
    case LUA_TFUNCTION:
      return "a function";
    default:
      break;
  }
  const auto object = declared_object(state, index);
  return object ? fmt::format("the {} '{}'", object_kind_name(object->kind), object->name)
                : "an object";
}

Result<StreamSetting> read_stream_setting(lua_State* state, int index) {
  index = lua_absindex(state, index);
  if (lua_isboolean(state, index)) {
    const bool on = lua_toboolean(state, index) != 0;
    return StreamSetting{on, on, on, on};
  }
  if (text_at(state, index) == "text") return StreamSetting{true, false, false, false};
  if (!lua_istable(state, index)) {
    return bad(fmt::format("`stream` must be true, false, \"text\" or a table, got {}",
                           describe_value(state, index)),
               "stream = \"text\" streams text and delivers everything else whole");
  }
  StreamSetting setting;
  luaL_checkstack(state, 4, nullptr);
  lua_pushnil(state);
  while (lua_next(state, index) != 0) {
    if (auto read = read_stream_field(state, setting); !read) {
      lua_pop(state, 2);
      return fail(read.error());
    }
    lua_pop(state, 1);
  }
  return setting;
}

Result<schema::Schema> read_schema(lua_State* state, int index, schema::Required required,
                                   std::vector<std::string>* warnings) {
  if (!lua_istable(state, index)) {
    return bad("a schema is a table of fields by name, got " + describe_value(state, index),
               "{ title = { type = \"string\", required = true } }");
  }
  vm::ToJsonOptions options;
  options.what = "part of a schema";
  auto json = vm::to_json(state, index, options);
  if (!json) {
    Error error = json.error();
    error.code = ErrorCode::kValidation;
    return fail(std::move(error));
  }
  auto read = schema::parse_schema(*json, required, warnings);
  if (!read && read.error().hint.empty()) {
    read.error().hint = "types: string, number, integer, boolean, array, object, table, any";
  }
  return read;
}

Result<double> read_duration(lua_State* state, int index) {
  static constexpr std::array<std::pair<std::string_view, double>, 5> kUnits = {
      {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
  double seconds = -1;
  if (lua_type(state, index) == LUA_TNUMBER) seconds = lua_tonumber(state, index);
  if (const auto text = text_at(state, index)) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), amount);
    const std::string_view unit = trim(text->substr(static_cast<std::size_t>(end - text->data())));
    for (const auto& [name, factor] : kUnits) {
      if (error == std::errc() && unit == name) seconds = amount * factor;
    }
  }
  if (std::isfinite(seconds) && seconds >= 0) return seconds;
  return bad("must be a duration, got " + describe_value(state, index),
             "a number of seconds, or text such as \"500ms\", \"90s\", \"15m\", \"24h\", \"2d\"");
}

ModelSettings merge_settings(ModelSettings low, const ModelSettings& high) {
  take(low.temperature, high.temperature);
  take(low.top_p, high.top_p);
  take(low.presence_penalty, high.presence_penalty);
  take(low.frequency_penalty, high.frequency_penalty);
  take(low.max_tokens, high.max_tokens);
  take(low.seed, high.seed);
  take(low.stop, high.stop);
  take(low.parallel_tool_calls, high.parallel_tool_calls);
  // Two ways to say one thing: who says it in one way does not want the other of somebody else.
  if (high.reasoning_effort || high.thinking_budget) {
    low.reasoning_effort = high.reasoning_effort;
    low.thinking_budget = high.thinking_budget;
  }
  take(low.timeout_s, high.timeout_s);
  take(low.extra_body, high.extra_body);
  take(low.provider_options, high.provider_options);
  return low;
}

}  // namespace tactus::program
