// The `script` of an agent: the replies of the provider `scripted` (language.md 16.4). Checked here
// with the place of each key; sent as they are written.
#include <lua.h>

#include <tactus/program/declarations.hpp>
#include <tactus/program/options.hpp>

namespace tactus::program {
namespace {

// What a list may hold besides tables.
enum class Texts : std::uint8_t { kRefused, kAllowed };

// A list of texts; an empty one is fine.
void check_texts(ConfigReader& reader, std::string_view key) {
  if (!reader.push_table(key)) return;
  lua_State* state = reader.state();
  lua_Integer texts = 0, members = 0;
  lua_pushnil(state);
  while (lua_next(state, -2) != 0) {
    members += 1;
    if (lua_isinteger(state, -2) && lua_type(state, -1) == LUA_TSTRING) texts += 1;
    lua_pop(state, 1);
  }
  const auto length = static_cast<lua_Integer>(lua_rawlen(state, -1));
  if (texts == members && length == members) {
    lua_pop(state, 1);
  } else {
    reader.wrong_type(key, "a list of texts");
  }
}

void check_numbers(ConfigReader& reader, std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const auto number = reader.number(key);
    if (number && *number < 0) reader.error(key, fmt::format("`{}` must not be negative", key), "");
  }
}

// Two ways of saying the same thing.
void refuse_both(ConfigReader& reader, std::string_view one, std::string_view other) {
  for (const std::string_view key : {one, other}) {
    if (!reader.push(key)) return;
    lua_pop(reader.state(), 1);
  }
  reader.error(other, fmt::format("`{}` and `{}` cannot both be given", one, other),
               fmt::format("remove `{}`", other));
}

void check_call(ConfigReader& call, const std::string&) {
  if (call.push("name")) {
    lua_pop(call.state(), 1);
    call.text("name");
  } else {
    call.error("", "has no `name`", "for example: { name = \"lookup\", args = { key = \"a\" } }");
  }
  call.text("id");
  check_texts(call, "args_chunks");
  if (call.push("args")) {
    // A text is sent as it is, so that a script can imitate broken arguments.
    const int type = lua_type(call.state(), -1);
    if (type == LUA_TTABLE || type == LUA_TSTRING) {
      lua_pop(call.state(), 1);
    } else {
      call.wrong_type("args", "a table");
    }
  }
  refuse_both(call, "args", "args_chunks");
  call.finish();
}

// Hands each table of the list under `key` to `check` as a reader, with its name; other values are
// refused.
template <typename Check>
void check_list(ConfigReader& reader, std::string_view key, std::string_view expected,
                const std::string& what, Texts texts, const Check& check) {
  if (!reader.push_table(key)) return;
  lua_State* state = reader.state();
  lua_Integer members = 0;
  lua_pushnil(state);
  while (lua_next(state, -2) != 0) {
    members += 1;
    lua_pop(state, 1);
  }
  const auto count = static_cast<lua_Integer>(lua_rawlen(state, -1));
  if (members != count) {
    reader.wrong_type(key, expected);
    return;
  }
  for (lua_Integer i = 1; i <= count; ++i) {
    const int type = lua_rawgeti(state, -1, i);
    if (type == LUA_TTABLE) {
      const std::string inside = fmt::format("{}: `{}[{}]`", what, key, i);
      ConfigReader element = reader.element(key, static_cast<std::size_t>(i), inside);
      check(element, inside);
    } else if (type != LUA_TSTRING || texts == Texts::kRefused) {
      const std::string got = describe_value(state, -1);
      const Error error{ErrorCode::kValidation,
                        fmt::format("must be {}, got {} at position {}", expected, got, i),
                        "",
                        {},
                        fmt::format("[{}]", i)};
      reader.error(key, error);
    }
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
}

void check_error(ConfigReader& reply, const std::string& what) {
  if (!reply.push_table("error")) return;
  ConfigReader error = reply.nested("error", what + ": `error`");
  const auto status = error.integer("status", 400);
  if (status && *status > 599) error.error("status", "`status` must be from 400 to 599", "");
  error.text("message");
  check_numbers(error, {"retry_after"});
  error.integer("after", 0);
  error.finish();
  lua_pop(reply.state(), 1);
}

void check_usage(ConfigReader& reply, const std::string& what) {
  if (!reply.push_table("usage")) return;
  ConfigReader usage = reply.nested("usage", what + ": `usage`");
  for (const char* key : {"prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens",
                          "reasoning_tokens"}) {
    usage.integer(key, 0);
  }
  usage.finish();
  lua_pop(reply.state(), 1);
}

void check_reply(ConfigReader& reply, const std::string& what) {
  for (const char* key : {"text", "reasoning", "expect"}) reply.text(key);
  check_texts(reply, "chunks");
  refuse_both(reply, "text", "chunks");
  reply.accept("data");
  check_numbers(reply, {"ttft_ms", "delay_ms"});
  reply.one_of("finish", {"stop", "length", "tool_calls", "content_filter"});
  reply.boolean("truncate");
  reply.boolean("interleave");
  check_usage(reply, what);
  check_error(reply, what);
  check_list(reply, "tool_calls", "a list of tables such as { name = \"lookup\" }", what,
             Texts::kRefused, check_call);
  reply.finish();
}

}  // namespace

void read_script(ConfigReader& reader, AgentDeclaration& agent, const std::string& what) {
  if (!reader.push("script")) return;
  lua_State* state = reader.state();
  if (!lua_istable(state, -1)) {
    reader.wrong_type("script", "a list of replies");
    return;
  }
  agent.script.emplace();
  auto value = vm::to_json(state, -1);
  lua_pop(state, 1);
  check_list(reader, "script", "a list of texts and tables such as { text = \"…\" }", what,
             Texts::kAllowed, check_reply);
  if (!value) {
    reader.error("script", value.error());
  } else if (JsonArray* replies = value->if_array()) {
    agent.script = std::move(*replies);
  }
}

}  // namespace tactus::program
