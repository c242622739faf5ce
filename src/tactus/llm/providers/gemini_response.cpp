#include <algorithm>
#include <array>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/error_body.hpp>
#include <tactus/llm/providers/gemini_request.hpp>
#include <tactus/llm/providers/gemini_response.hpp>
#include <tactus/llm/providers/lenient_json.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kBlockedPrompt = "promptFeedback:";

std::int64_t count(const Json& usage, std::string_view key) {
  return std::max<std::int64_t>(0, int_member(usage, key, 0));
}

// Zero counts are left out, and at Vertex the first pieces have no counts at all.
std::optional<Usage> usage_of(const Json& usage) {
  const bool any = find_member(usage, "promptTokenCount") ||
                   find_member(usage, "candidatesTokenCount") ||
                   find_member(usage, "totalTokenCount");
  if (!any) return std::nullopt;
  Usage tokens;
  tokens.reasoning_tokens = count(usage, "thoughtsTokenCount");
  tokens.prompt_tokens = count(usage, "promptTokenCount") + count(usage, "toolUsePromptTokenCount");
  tokens.completion_tokens = count(usage, "candidatesTokenCount") + tokens.reasoning_tokens;
  tokens.cached_tokens = count(usage, "cachedContentTokenCount");
  tokens.total_tokens = find_member(usage, "totalTokenCount")
                            ? count(usage, "totalTokenCount")
                            : tokens.prompt_tokens + tokens.completion_tokens;
  return tokens;
}

FinishReason reason_of(std::string_view raw, bool has_calls) {
  static constexpr std::array<std::string_view, 9> kFiltered = {"SAFETY",
                                                                "RECITATION",
                                                                "LANGUAGE",
                                                                "BLOCKLIST",
                                                                "PROHIBITED_CONTENT",
                                                                "SPII",
                                                                "IMAGE_SAFETY",
                                                                "IMAGE_PROHIBITED_CONTENT",
                                                                "IMAGE_RECITATION"};
  if (raw == "MAX_TOKENS") return FinishReason::kLength;
  if (raw.starts_with(kBlockedPrompt) ||
      std::find(kFiltered.begin(), kFiltered.end(), raw) != kFiltered.end()) {
    return FinishReason::kContentFilter;
  }
  if (raw == "MALFORMED_FUNCTION_CALL" || raw == "UNEXPECTED_TOOL_CALL" ||
      raw == "TOO_MANY_TOOL_CALLS") {
    return FinishReason::kError;
  }
  return has_calls && raw == "STOP" ? FinishReason::kToolCalls : FinishReason::kStop;
}

const Json* first_candidate(const Json& response) {
  const Json* candidates = find_member(response, "candidates");
  if (!candidates || !candidates->is_array()) return nullptr;
  for (const Json& candidate : candidates->get_array()) {
    if (int_member(candidate, "index", 0) == 0) return &candidate;
  }
  return nullptr;
}

const Json* list_in(const Json* object, std::string_view key) {
  const Json* list = object ? find_member(*object, key) : nullptr;
  return list && list->is_array() ? list : nullptr;
}

}  // namespace

Result<void> GeminiResponseReader::read(std::string_view text, std::vector<ModelEvent>& events) {
  const auto response = parse_lenient_json(text);
  if (!response) return fail(response.error());
  if (read_error(*response, events)) return {};
  if (!response->is_object()) {
    return fail(ErrorCode::kProviderStream, "the provider sent JSON that is no piece of an answer");
  }
  read_info(*response, events);
  if (const Json* candidate = first_candidate(*response)) {
    if (auto done = read_candidate(*candidate, events); !done) return done;
  }
  if (const Json* feedback = find_member(*response, "promptFeedback")) {
    const std::string_view reason = string_member(*feedback, "blockReason");
    if (!reason.empty()) reason_ = std::string(kBlockedPrompt) + std::string(reason);
  }
  read_usage(*response, events);
  return {};
}

bool GeminiResponseReader::read_error(const Json& response, std::vector<ModelEvent>& events) {
  if (!find_member(response, "error")) return false;
  const auto error = read_error_body(response);
  if (!error) return false;
  failed_ = true;
  events.emplace_back(InBandError{error->type, error->code, error->message});
  return true;
}

void GeminiResponseReader::read_info(const Json& response, std::vector<ModelEvent>& events) {
  ResponseInfo info = info_;
  if (info.response_id.empty()) info.response_id = string_member(response, "responseId");
  if (info.model.empty()) info.model = string_member(response, "modelVersion");
  if (info.response_id == info_.response_id && info.model == info_.model) return;
  info_ = std::move(info);
  events.emplace_back(info_);
}

Result<void> GeminiResponseReader::read_candidate(const Json& candidate,
                                                  std::vector<ModelEvent>& events) {
  if (const Json* parts = list_in(find_member(candidate, "content"), "parts")) {
    for (const Json& part : parts->get_array()) {
      if (auto done = read_part(part, events); !done) return done;
    }
  }
  const std::string_view reason = string_member(candidate, "finishReason");
  if (!reason.empty()) reason_ = reason;
  return {};
}

// Code that the provider runs itself, its results, images and files are no output of ours.
Result<void> GeminiResponseReader::read_part(const Json& part, std::vector<ModelEvent>& events) {
  const std::string_view signature = string_member(part, "thoughtSignature");
  if (const Json* call = find_member(part, "functionCall"); call && call->is_object()) {
    return read_call(*call, signature, events);
  }
  const Json* said = find_member(part, "text");
  if (!said || !said->is_string()) return {};
  const std::string text(said->get_string());
  const bool thought = bool_member(part, "thought");
  if (!text.empty() && thought) events.emplace_back(ReasoningDelta{text});
  if (!text.empty() && !thought) events.emplace_back(TextDelta{text});
  if (signature.empty()) return {};
  keep(thought ? gemini_thought_part(text, signature) : gemini_text_part(text.size(), signature),
       events);
  return {};
}

void GeminiResponseReader::keep(JsonObject value, std::vector<ModelEvent>& events) {
  ProviderPart part;
  part.dialect = kGeminiDialect;
  part.value = std::move(value);
  events.emplace_back(std::move(part));
}

Result<void> GeminiResponseReader::read_call(const Json& call, std::string_view signature,
                                             std::vector<ModelEvent>& events) {
  const std::string_view name = string_member(call, "name");
  if (!name.empty()) {
    close_call(events);
    if (calls_ == kCallsMax) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("the answer has more than {} tool calls", kCallsMax));
    }
    const int index = calls_++;
    const std::string_view id = string_member(call, "id");
    events.emplace_back(ToolCallStart{index, std::string(id), std::string(name)});
    if (!id.empty()) keep(gemini_call_part(index, id, ""), events);
    OpenCall opened;
    opened.index = index;
    open_ = std::move(opened);
  }
  if (!open_) return {};
  if (!signature.empty()) keep(gemini_call_part(open_->index, "", signature), events);
  if (auto read = read_pieces(call); !read) return read;
  if (!bool_member(call, "willContinue")) close_call(events);
  return {};
}

Result<void> GeminiResponseReader::read_pieces(const Json& call) {
  if (const Json* arguments = find_member(call, "args"); arguments && arguments->is_object()) {
    open_->arguments.merge(arguments->get_object());
  }
  if (const Json* pieces = list_in(&call, "partialArgs")) {
    for (const Json& piece : pieces->get_array()) {
      if (auto added = open_->arguments.add(piece); !added) return added;
    }
  }
  return {};
}

void GeminiResponseReader::close_call(std::vector<ModelEvent>& events) {
  if (!open_) return;
  events.emplace_back(ToolCallArguments{open_->index, open_->arguments.whole()});
  open_.reset();
}

void GeminiResponseReader::read_usage(const Json& response, std::vector<ModelEvent>& events) {
  const Json* usage = find_member(response, "usageMetadata");
  const auto tokens = usage ? usage_of(*usage) : std::nullopt;
  if (tokens) events.emplace_back(UsageReport{*tokens, std::nullopt});
}

void GeminiResponseReader::finish(std::vector<ModelEvent>& events) {
  if (open_) {
    events.emplace_back(ToolCallArguments{open_->index, open_->arguments.cut()});
    open_.reset();
  }
  if (reason_.empty() || failed_) return;
  events.emplace_back(Finish{reason_of(reason_, calls_ > 0), reason_});
}

}  // namespace tactus::llm
