// What a decoder makes of a body, in lines that a test can compare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/text.hpp>
#include <tactus/llm/provider.hpp>

namespace tactus::llm::testing {

// Events in one line each, e.g. `text "Hi"`.
struct Show {
  std::string operator()(const TextDelta& e) const { return "text " + quoted(e.text); }
  std::string operator()(const ReasoningDelta& e) const { return "reasoning " + quoted(e.text); }
  std::string operator()(const RefusalDelta& e) const { return "refusal " + quoted(e.text); }
  std::string operator()(const ToolCallStart& e) const {
    return fmt::format("call {} {} {}", e.index, quoted(e.id), e.name);
  }
  std::string operator()(const ToolCallArguments& e) const {
    return fmt::format("arguments {} {}", e.index, quoted(e.text));
  }
  std::string operator()(const ProviderPart& e) const {
    return "part " + e.dialect + " " + dump_json(e.value);
  }
  std::string operator()(const UsageReport& e) const {
    std::string text = fmt::format("usage {}+{}={}", e.usage.prompt_tokens,
                                   e.usage.completion_tokens, e.usage.total_tokens);
    if (e.cost) text += fmt::format(" ${:.6f}", *e.cost);
    return text;
  }
  std::string operator()(const ResponseInfo& e) const {
    return "info " + e.response_id + " " + e.model;
  }
  std::string operator()(const Finish& e) const {
    return fmt::format("finish {} {}", finish_reason_name(e.reason), quoted(e.raw));
  }
  std::string operator()(const InBandError& e) const {
    return fmt::format("error {}/{}: {}", e.type, e.code, e.message);
  }
  static std::string quoted(const std::string& text) {
    std::string out;
    append_json_string(out, text);
    return out;
  }
};

struct Decoded {
  std::vector<std::string> events;
  bool complete = false;
  bool ended = false;  // Before the end of the body was known.
  std::string failure;
};

// `request`: what the body answers.
inline Decoded decode(const Provider& provider, std::string_view body,
                      std::string_view content_type = "", const ModelRequest& request = {}) {
  const auto decoder = provider.answer_decoder(request, content_type);
  Decoded decoded;
  const auto take = [&](const Result<std::vector<ModelEvent>>& events) {
    if (!events) {
      decoded.failure = events.error().message;
      return;
    }
    for (const ModelEvent& event : *events) decoded.events.push_back(std::visit(Show(), event));
  };
  take(decoder->push(body));
  decoded.ended = decoder->ended();
  take(decoder->finish());
  decoded.complete = decoder->complete();
  return decoded;
}

}  // namespace tactus::llm::testing
