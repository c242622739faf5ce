#include <charconv>

#include <tactus/llm/providers/bedrock_model.hpp>

namespace tactus::llm {
namespace {

// "4-5" of "claude-sonnet-4-5-20250929", "3-7" of "claude-3-7-sonnet": 405 and 307. A date is no
// part of it: "claude-sonnet-4-20250514" is 400. 0 when there is none.
int claude_version(std::string_view id) {
  id.remove_prefix(id.find("claude"));
  int major = 0;
  for (std::size_t at = id.find('-'); at != std::string_view::npos; at = id.find('-', at + 1)) {
    int number = 0;
    const char* first = id.data() + at + 1;
    const char* last = id.data() + id.size();
    const auto [end, error] = std::from_chars(first, last, number);
    const bool small = error == std::errc() && end - first <= 2;
    if (major > 0) return major * 100 + (small ? number : 0);
    if (small) major = number;
  }
  return major * 100;
}

}  // namespace

BedrockModel bedrock_model(std::string_view id) {
  using Reasoning = BedrockModel::Reasoning;
  const auto says = [&](std::string_view word) { return id.find(word) != std::string_view::npos; };
  BedrockModel model;
  if (says("anthropic.claude")) {
    const int version = claude_version(id);
    model.binds_schema = version >= 405;
    model.reasoning = version >= 406   ? Reasoning::kAdaptive
                      : version >= 307 ? Reasoning::kBudget
                                       : Reasoning::kNone;
  } else if (says("amazon.nova-2")) {
    model.reasoning = Reasoning::kNova;
  } else if (says("openai.gpt-oss")) {
    model.reasoning = Reasoning::kEffort;
    model.binds_schema = true;
  }
  return model;
}

}  // namespace tactus::llm
