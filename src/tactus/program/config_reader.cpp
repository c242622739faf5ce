#include <algorithm>
#include <array>
#include <cmath>

#include <lauxlib.h>
#include <lua.h>

#include <tactus/base/text.hpp>
#include <tactus/program/config_reader.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

struct Example {
  std::string_view key, text;
};

// How the key is written when its value is right.
constexpr std::array<Example, 29> kExamples = {{
    {"provider", "provider = \"openai\""},
    {"model", "model = \"gpt-4o\""},
    {"model_settings", "model_settings = { temperature = 0.7 }"},
    {"temperature", "temperature = 0.7"},
    {"top_p", "top_p = 0.9"},
    {"max_tokens", "max_tokens = 1000"},
    {"presence_penalty", "presence_penalty = 0.5"},
    {"frequency_penalty", "frequency_penalty = 0.5"},
    {"seed", "seed = 42"},
    {"stop", "stop = { \"END\" }"},
    {"parallel_tool_calls", "parallel_tool_calls = false"},
    {"reasoning", "reasoning = \"low\", or tokens: reasoning = 4000"},
    {"reasoning_effort", "reasoning_effort = \"low\""},
    {"system_prompt", "system_prompt = \"You write short stories.\""},
    {"initial_message", "initial_message = \"Write about {input.topic}.\""},
    {"tool_choice", "tool_choice = \"auto\""},
    {"prepare", "prepare = function() return { today = \"Monday\" } end"},
    {"max_turns", "max_turns = 10"},
    {"request_limit", "request_limit = 10"},
    {"tool_retries", "tool_retries = 3"},
    {"retries", "retries = 2"},
    {"output_retries", "output_retries = 2"},
    {"disable_streaming", "disable_streaming = true"},
    {"replay_stream", "replay_stream = true"},
    {"description", "description = \"Writes the summary\""},
    {"run", "run = function() … end"},
    {"guards", "guards = { function() return input.n > 0, \"n must be positive\" end }"},
    {"script", "script = { \"Hello\", { text = \"Bye\", delay_ms = 20 } }"},
    {"handler", "handler = function(args) return … end"},
}};

std::string example_of(std::string_view key) {
  for (const Example& example : kExamples) {
    if (example.key == key) return "for example: " + std::string(example.text);
  }
  return {};
}

}  // namespace

ConfigReader::ConfigReader(Loader& loader, lua_State* state, int index, Options options)
    : loader_(loader),
      state_(state),
      index_(lua_absindex(state, index)),
      options_(std::move(options)) {
  luaL_checkstack(state, 20, nullptr);
}

TablePath ConfigReader::path_of(std::string_view key, std::string_view inside) const {
  TablePath path = options_.path;
  if (!key.empty()) path.emplace_back(std::string(key));
  for (TableStep& step : parse_table_path(inside, 1)) path.push_back(std::move(step));
  return path;
}

void ConfigReader::error(std::string_view key, std::string message, std::string hint) {
  loader_.error(loader_.finding_at(options_.site, path_of(key),
                                   options_.what + ": " + std::move(message), std::move(hint)),
                state_);
}

void ConfigReader::error(std::string_view key, const Error& error) {
  loader_.error(loader_.finding_at(options_.site, path_of(key, error.path),
                                   fmt::format("{}: `{}`: {}", options_.what, key, error.message),
                                   error.hint),
                state_);
}

void ConfigReader::warn(std::string_view key, std::string message, std::string hint) {
  loader_.warn(loader_.finding_at(options_.site, path_of(key),
                                  options_.what + ": " + std::move(message), std::move(hint)));
}

void ConfigReader::wrong_type(std::string_view key, std::string_view expected) {
  const std::string got = describe_value(state_, -1);
  lua_pop(state_, 1);
  error(key, fmt::format("`{}` must be {}, got {}", key, expected, got), example_of(key));
}

bool ConfigReader::push(std::string_view key) {
  known_.emplace_back(key);
  lua_pushlstring(state_, key.data(), key.size());
  if (lua_rawget(state_, index_) != LUA_TNIL) return true;
  lua_pop(state_, 1);
  return false;
}

bool ConfigReader::push_table(std::string_view key) {
  if (!push(key)) return false;
  if (lua_istable(state_, -1)) return true;
  wrong_type(key, "a table");
  return false;
}

std::string_view ConfigReader::alias(std::initializer_list<std::string_view> keys) {
  std::string_view given;
  for (const std::string_view key : keys) {
    if (!push(key)) continue;
    lua_pop(state_, 1);
    if (given.empty()) {
      given = key;
    } else {
      error(key, fmt::format("`{}` and `{}` are two names of one key", given, key),
            fmt::format("keep `{}`", *keys.begin()));
    }
  }
  return given.empty() ? *keys.begin() : given;
}

std::optional<std::string> ConfigReader::text(std::string_view key) {
  if (!push(key)) return std::nullopt;
  if (lua_type(state_, -1) != LUA_TSTRING) {
    wrong_type(key, "text");
    return std::nullopt;
  }
  std::size_t size = 0;
  const char* bytes = lua_tolstring(state_, -1, &size);
  std::string value(bytes, size);
  lua_pop(state_, 1);
  return value;
}

std::optional<double> ConfigReader::number(std::string_view key) {
  if (!push(key)) return std::nullopt;
  if (lua_type(state_, -1) != LUA_TNUMBER || !std::isfinite(lua_tonumber(state_, -1))) {
    wrong_type(key, "a number");
    return std::nullopt;
  }
  const double value = lua_tonumber(state_, -1);
  lua_pop(state_, 1);
  return value;
}

std::optional<std::int64_t> ConfigReader::integer(std::string_view key, std::int64_t minimum) {
  if (!push(key)) return std::nullopt;
  int integral = 0;
  const std::int64_t value =
      lua_type(state_, -1) == LUA_TNUMBER ? lua_tointegerx(state_, -1, &integral) : 0;
  // Counts end up in an int; nobody means more.
  if (!integral || value < minimum || (minimum >= 0 && value > INT32_MAX)) {
    wrong_type(key, minimum == INT64_MIN ? std::string("a whole number")
                                         : fmt::format("a whole number of at least {}", minimum));
    return std::nullopt;
  }
  lua_pop(state_, 1);
  return value;
}

std::optional<bool> ConfigReader::boolean(std::string_view key) {
  if (!push(key)) return std::nullopt;
  if (!lua_isboolean(state_, -1)) {
    wrong_type(key, "true or false");
    return std::nullopt;
  }
  const bool value = lua_toboolean(state_, -1) != 0;
  lua_pop(state_, 1);
  return value;
}

std::optional<double> ConfigReader::duration(std::string_view key) {
  if (!push(key)) return std::nullopt;
  const auto value = read_duration(state_, -1);
  lua_pop(state_, 1);
  if (value) return *value;
  error(key, fmt::format("`{}` {}", key, value.error().message), value.error().hint);
  return std::nullopt;
}

std::optional<std::string> ConfigReader::one_of(std::string_view key,
                                                std::initializer_list<const char*> words) {
  auto value = text(key);
  if (!value || std::find(words.begin(), words.end(), *value) != words.end()) return value;
  const std::vector<std::string> known(words.begin(), words.end());
  const auto match = closest_match(*value, known);
  error(key, fmt::format("`{}` must be one of {}, got \"{}\"", key, join(known, ", "), *value),
        match ? fmt::format("did you mean \"{}\"?", *match) : std::string());
  return std::nullopt;
}

std::optional<schema::Schema> ConfigReader::schema(std::string_view key,
                                                   schema::Required required) {
  if (!push(key)) return std::nullopt;
  std::vector<std::string> warnings;
  auto value = read_schema(state_, -1, required, &warnings);
  lua_pop(state_, 1);
  for (const std::string& sentence : warnings) {
    // "field 'a.b': …" names the place.
    const std::size_t begin = sentence.find('\'') + 1;
    const std::string place = sentence.substr(begin, sentence.find('\'', begin) - begin);
    loader_.warn(loader_.finding_at(options_.site, path_of(key, place),
                                    fmt::format("{}: `{}`: {}", options_.what, key, sentence), ""));
  }
  if (!value) {
    error(key, value.error());
    return std::nullopt;
  }
  return std::move(*value);
}

std::optional<JsonObject> ConfigReader::object(std::string_view key) {
  if (!push_table(key)) return std::nullopt;
  auto value = vm::to_json(state_, -1);
  lua_pop(state_, 1);
  if (!value) {
    error(key, value.error());
  } else if (JsonObject* members = value->if_object()) {
    return std::move(*members);
  } else {
    error(key, fmt::format("`{}` must be a table with keys", key), example_of(key));
  }
  return std::nullopt;
}

vm::Ref ConfigReader::function(std::string_view key) {
  if (!push(key)) return {};
  if (!lua_isfunction(state_, -1)) {
    wrong_type(key, "a function");
    return {};
  }
  vm::Ref value(state_, -1);
  lua_pop(state_, 1);
  return value;
}

std::vector<std::string> ConfigReader::unknown_keys() {
  std::vector<std::string> unknown;
  lua_pushnil(state_);
  while (lua_next(state_, index_) != 0) {
    lua_pop(state_, 1);
    if (lua_type(state_, -1) != LUA_TSTRING) continue;
    std::string key(lua_tostring(state_, -1));
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) unknown.push_back(key);
  }
  const auto place = [this](const std::string& key) {
    const Finding finding = loader_.finding_at(options_.site, path_of(key), "", "");
    return std::tuple(finding.line, finding.column, key);
  };
  std::sort(unknown.begin(), unknown.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return unknown;
}

void ConfigReader::report_unknown(const std::string& key) {
  const auto match = closest_match(key, known_);
  std::vector<std::string> keys = known_;
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (match && options_.misspelt_keys_are_errors && *match != "provider") {
    error(key, fmt::format("unknown key `{}`", key), fmt::format("did you mean `{}`?", *match));
    return;
  }
  warn(key, fmt::format("unknown key `{}`, which is ignored", key),
       match ? fmt::format("did you mean `{}`?", *match)
             : fmt::format("keys of {}: {}", options_.kind, join(keys, ", ")));
  if (!match || !options_.misspelt_keys_are_errors) return;
  loader_.error(loader_.finding_at(options_.site, path_of(key), options_.what + " has no provider",
                                   fmt::format("write `provider` instead of `{}`", key)),
                state_);
}

void ConfigReader::finish() {
  for (const std::string& key : unknown_keys()) report_unknown(key);
  if (lua_rawgeti(state_, index_, 1) != LUA_TNIL) {
    TablePath path = options_.path;
    path.emplace_back(std::size_t{1});
    const std::string got = describe_value(state_, -1);
    lua_pop(state_, 1);
    loader_.error(
        loader_.finding_at(options_.site, path,
                           fmt::format("{}: {} stands here without a key", options_.what, got),
                           got == "a function" ? "write `run = function() … end`, or put the "
                                                 "function after the table"
                                               : "every value is written as `key = value`"),
        state_);
    return;
  }
  lua_pop(state_, 1);
}

ConfigReader ConfigReader::nested(std::string_view key, std::string what) {
  Options options;
  options.what = std::move(what);
  options.kind = "`" + std::string(key) + "`";
  options.site = options_.site;
  options.path = path_of(key);
  options.misspelt_keys_are_errors = options_.misspelt_keys_are_errors;
  return ConfigReader(loader_, state_, -1, std::move(options));
}

ConfigReader ConfigReader::element(std::string_view key, std::size_t position, std::string what) {
  ConfigReader reader = nested(key, std::move(what));
  reader.options_.path.emplace_back(position);
  return reader;
}

}  // namespace tactus::program
