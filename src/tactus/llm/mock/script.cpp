// Reads the replies of a script (language.md 16.4).
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>
#include <tactus/llm/mock/reply_plan.hpp>

namespace tactus::llm::mock {
namespace {

using Kind = Delta::Kind;

constexpr std::array<std::string_view, 13> kKeys{
    "text",   "chunks", "reasoning", "tool_calls", "data",   "ttft_ms",   "delay_ms",
    "finish", "usage",  "error",     "truncate",   "expect", "interleave"};

tl::unexpected<Error> bad(std::size_t number, std::string_view key, std::string_view what) {
  return fail(ErrorCode::kConfig,
              fmt::format("reply {} of the script: '{}' {}", number, key, what));
}

std::chrono::nanoseconds milliseconds(double value) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double, std::milli>(std::clamp(value, 0.0, 86'400'000.0)));
}

// The texts of a list, or nothing when it is not a list of texts.
std::optional<std::vector<std::string>> text_list(const Json& value) {
  // An empty table of Lua arrives as an empty object.
  if (value.is_object() && value.get_object().empty()) return std::vector<std::string>{};
  const JsonArray* list = value.if_array();
  if (!list) return std::nullopt;
  std::vector<std::string> out;
  for (const Json& item : *list) {
    if (!item.is_string()) return std::nullopt;
    out.emplace_back(item.get_string());
  }
  return out;
}

Result<void> read_calls(const Json& value, std::size_t number, Plan& plan) {
  const JsonArray* list = value.if_array();
  if (!list) return bad(number, "tool_calls", "must be a list of {name, args}");
  std::size_t index = 0;
  for (const Json& item : *list) {
    const std::string name(string_member(item, "name"));
    if (name.empty()) return bad(number, "tool_calls", "has a call without a name");
    const std::string made_id = fmt::format("call_script_{}_{}", number, index + 1);
    plan.deltas.push_back(
        {Kind::kCallStart, index, name, std::string(string_member(item, "id", made_id))});
    if (const Json* pieces = find_member(item, "args_chunks")) {
      const auto texts = text_list(*pieces);
      if (!texts) return bad(number, "args_chunks", "must be a list of texts");
      for (const std::string& text : *texts)
        plan.deltas.push_back({Kind::kCallArguments, index, text, {}});
    } else if (const Json* args = find_member(item, "args")) {
      // A text is sent as it is, so that scripts can imitate broken arguments.
      const std::string text =
          args->is_string() ? std::string(args->get_string()) : dump_json(*args);
      plan.deltas.push_back({Kind::kCallArguments, index, text, {}});
    }
    ++index;
  }
  if (index > 0) plan.finish_reason = "tool_calls";
  return {};
}

Result<void> read_error(const Json& value, std::size_t number, Fault& fault) {
  if (!value.is_object())
    return bad(number, "error", "must be a table {status, message?, retry_after?, after?}");
  fault.status = static_cast<int>(int_member(value, "status", 500));
  if (fault.status < 400 || fault.status > 599)
    return bad(number, "error.status", "must be from 400 to 599");
  fault.message = string_member(value, "message");
  if (find_member(value, "retry_after")) fault.retry_after_s = double_member(value, "retry_after");
  fault.kind = Fault::Kind::kStatus;
  if (const Json* after = find_member(value, "after")) {
    if (!after->is_number() || int_member(value, "after", -1) < 0)
      return bad(number, "error.after", "must be a number of chunks");
    fault.kind = Fault::Kind::kErrorAfterChunks;
    fault.at = static_cast<std::size_t>(int_member(value, "after"));
  }
  return {};
}

Result<void> read_usage(const Json& value, std::size_t number, ScriptedReply& out) {
  if (!value.is_object()) return bad(number, "usage", "must be a table");
  const std::int64_t prompt = int_member(value, "prompt_tokens");
  const std::int64_t completion = int_member(value, "completion_tokens");
  out.has_usage = true;
  out.plan.usage = make_usage(prompt, completion);
  out.plan.usage["prompt_tokens_details"] =
      JsonObject{{"cached_tokens", int_member(value, "cached_tokens")}};
  out.plan.usage["completion_tokens_details"] =
      JsonObject{{"reasoning_tokens", int_member(value, "reasoning_tokens")}};
  // Anything else goes out as written.
  for (const auto& [key, member] : value.get_object()) {
    if (key != "cached_tokens" && key != "reasoning_tokens") out.plan.usage[key] = member;
  }
  return {};
}

Result<void> check_keys(const JsonObject& object, std::size_t number) {
  for (const auto& [key, member] : object) {
    if (std::find(kKeys.begin(), kKeys.end(), std::string_view(key.data(), key.size())) !=
        kKeys.end())
      continue;
    const std::vector<std::string> known(kKeys.begin(), kKeys.end());
    Error error{
        ErrorCode::kConfig,
        fmt::format("reply {} of the script: unknown key '{}'", number, std::string_view(key)),
        {},
        {},
        {}};
    if (const auto closest = closest_match(std::string_view(key), known))
      error.hint = "did you mean '" + *closest + "'?";
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

Result<ScriptedReply> parse_scripted_reply(const Json& value, std::size_t number) {
  ScriptedReply out;
  Plan& plan = out.plan;
  if (const auto* text = value.if_string()) {
    for (std::string& word : split_words(std::string_view(*text)))
      plan.deltas.push_back({Kind::kContent, 0, std::move(word), {}});
    return out;
  }
  if (!value.is_object()) return bad(number, "reply", "must be a text or a table");
  if (auto known = check_keys(value.get_object(), number); !known)
    return fail(std::move(known.error()));
  for (const char* key : {"text", "reasoning", "expect", "finish"}) {
    if (const Json* member = find_member(value, key); member && !member->is_string())
      return bad(number, key, "must be a text");
  }
  for (const char* key : {"ttft_ms", "delay_ms"}) {
    if (const Json* member = find_member(value, key);
        member && (!member->is_number() || member->to_number<double>() < 0)) {
      return bad(number, key, "must be a number of milliseconds");
    }
  }
  out.expect = string_member(value, "expect");
  for (std::string& word : split_words(string_member(value, "reasoning")))
    plan.deltas.push_back({Kind::kReasoning, 0, std::move(word), {}});
  if (const Json* chunks = find_member(value, "chunks")) {
    auto texts = text_list(*chunks);
    if (!texts) return bad(number, "chunks", "must be a list of texts");
    for (std::string& text : *texts)
      plan.deltas.push_back({Kind::kContent, 0, std::move(text), {}});
  } else {
    for (std::string& word : split_words(string_member(value, "text")))
      plan.deltas.push_back({Kind::kContent, 0, std::move(word), {}});
  }
  if (const Json* calls = find_member(value, "tool_calls")) {
    if (auto read = read_calls(*calls, number, plan); !read) return fail(std::move(read.error()));
  }
  if (const Json* data = find_member(value, "data")) out.data = dump_json(*data);
  if (const std::string_view finish = string_member(value, "finish"); !finish.empty())
    plan.finish_reason = finish;
  plan.first = milliseconds(double_member(value, "ttft_ms"));
  plan.between = milliseconds(double_member(value, "delay_ms"));
  out.has_pace = find_member(value, "delay_ms") != nullptr;
  if (const Json* usage = find_member(value, "usage")) {
    if (auto read = read_usage(*usage, number, out); !read) return fail(std::move(read.error()));
  }
  plan.interleave = bool_member(value, "interleave");
  if (bool_member(value, "truncate")) plan.fault.kind = Fault::Kind::kNoEndMark;
  if (const Json* error = find_member(value, "error")) {
    if (auto read = read_error(*error, number, plan.fault); !read)
      return fail(std::move(read.error()));
  }
  return out;
}

Result<std::vector<ScriptedReply>> parse_script(std::string_view json) {
  auto value = parse_json(json);
  if (!value) return fail(ErrorCode::kConfig, "the script is not JSON: " + value.error().message);
  if (value->is_object() && value->get_object().empty()) return std::vector<ScriptedReply>{};
  const JsonArray* list = value->if_array();
  if (!list) return fail(ErrorCode::kConfig, "the script must be a list of replies");
  std::vector<ScriptedReply> out;
  for (const Json& item : *list) {
    auto reply = parse_scripted_reply(item, out.size() + 1);
    if (!reply) return fail(std::move(reply.error()));
    out.push_back(std::move(*reply));
  }
  return out;
}

Plan plan_of(const ScriptedReply& reply, const Json& request) {
  Plan plan = reply.plan;
  if (reply.data) {
    const Conversation conversation = read_conversation(request);
    if (conversation.find_tool("final_output") && !conversation.schema) {
      std::size_t index = 0;
      for (const Delta& delta : plan.deltas) index += delta.kind == Kind::kCallStart ? 1 : 0;
      plan.deltas.push_back({Kind::kCallStart, index, "final_output", "call_final_output"});
      plan.deltas.push_back({Kind::kCallArguments, index, *reply.data, {}});
      if (plan.finish_reason == "stop") plan.finish_reason = "tool_calls";
    } else {
      plan.deltas.push_back({Kind::kContent, 0, *reply.data, {}});
    }
  }
  if (!reply.has_usage) {
    plan.usage = make_usage(read_conversation(request).prompt_tokens,
                            static_cast<std::int64_t>(plan.deltas.size()));
  }
  return plan;
}

}  // namespace tactus::llm::mock
