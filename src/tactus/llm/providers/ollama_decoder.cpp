#include <algorithm>

#include <tactus/llm/providers/error_body.hpp>
#include <tactus/llm/providers/lenient_json.hpp>
#include <tactus/llm/providers/ollama_decoder.hpp>
#include <tactus/llm/providers/ollama_request.hpp>

namespace tactus::llm {
namespace {

// The prompt's count is absent when all of it was cached.
std::optional<Usage> usage_of(const Json& line) {
  if (!find_member(line, "prompt_eval_count") && !find_member(line, "eval_count")) {
    return std::nullopt;
  }
  Usage tokens;
  tokens.prompt_tokens = std::max<std::int64_t>(0, int_member(line, "prompt_eval_count"));
  tokens.completion_tokens = std::max<std::int64_t>(0, int_member(line, "eval_count"));
  tokens.total_tokens = tokens.prompt_tokens + tokens.completion_tokens;
  return tokens;
}

}  // namespace

Result<std::vector<ModelEvent>> OllamaDecoder::push(std::string_view chunk) {
  if (failure_) return fail(*failure_);
  std::vector<ModelEvent> events;
  const auto pushed = objects_.push(chunk, [&](std::string_view line) {
    if (failure_ || ended()) return;
    if (auto done = read(line, events); !done) failure_ = done.error();
  });
  if (!pushed && !failure_ && !ended()) failure_ = pushed.error();
  if (failure_ && events.empty()) return fail(*failure_);
  return events;
}

Result<std::vector<ModelEvent>> OllamaDecoder::finish() {
  if (failure_) return fail(*failure_);
  return std::vector<ModelEvent>();
}

Result<void> OllamaDecoder::read(std::string_view line, std::vector<ModelEvent>& events) {
  const auto json = parse_lenient_json(line);
  if (!json) return fail(json.error());
  if (const Json* error = find_member(*json, "error"); error && !error->is_null()) {
    const ErrorBody body =
        read_error_body(*json).value_or(ErrorBody{"", "", dump_json(*error), {}});
    failed_ = true;
    events.emplace_back(InBandError{body.type, body.code, body.message});
    return {};
  }
  const std::string_view model = string_member(*json, "model");
  if (model_.empty() && !model.empty()) {
    model_ = model;
    events.emplace_back(ResponseInfo{"", model_});
  }
  if (const Json* message = find_member(*json, "message")) {
    if (auto done = read_message(*message, events); !done) return done;
  }
  if (bool_member(*json, "done")) read_end(*json, events);
  return {};
}

Result<void> OllamaDecoder::read_message(const Json& message, std::vector<ModelEvent>& events) {
  if (const auto thinking = string_member(message, "thinking"); !thinking.empty()) {
    thinking_ += thinking;
    events.emplace_back(ReasoningDelta{std::string(thinking)});
  }
  if (const auto text = string_member(message, "content"); !text.empty()) {
    events.emplace_back(TextDelta{std::string(text)});
  }
  const Json* calls = find_member(message, "tool_calls");
  if (!calls || !calls->is_array()) return {};
  for (const Json& call : calls->get_array()) {
    if (auto done = read_call(call, events); !done) return done;
  }
  return {};
}

// Calls come whole.
Result<void> OllamaDecoder::read_call(const Json& call, std::vector<ModelEvent>& events) {
  const Json* function = find_member(call, "function");
  if (!function) return {};
  if (calls_ == kCallsMax) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("the answer has more than {} tool calls", kCallsMax));
  }
  const int index = calls_++;
  events.emplace_back(ToolCallStart{index, std::string(string_member(call, "id")),
                                    std::string(string_member(*function, "name"))});
  const Json* arguments = find_member(*function, "arguments");
  if (!arguments || arguments->is_null()) return {};
  std::string text =
      arguments->is_string() ? std::string(arguments->get_string()) : dump_json(*arguments);
  if (!text.empty()) events.emplace_back(ToolCallArguments{index, std::move(text)});
  return {};
}

void OllamaDecoder::read_end(const Json& line, std::vector<ModelEvent>& events) {
  done_ = true;
  if (calls_ > 0 && !thinking_.empty()) {
    ProviderPart part;
    part.dialect = kOllamaDialect;
    part.value = JsonObject{{"thinking", thinking_}};
    events.emplace_back(std::move(part));
  }
  if (const auto tokens = usage_of(line)) events.emplace_back(UsageReport{*tokens, std::nullopt});
  const std::string raw(string_member(line, "done_reason"));
  const FinishReason other = calls_ > 0 ? FinishReason::kToolCalls : FinishReason::kStop;
  events.emplace_back(Finish{raw == "length" ? FinishReason::kLength : other, raw});
}

}  // namespace tactus::llm
