#include <tactus/llm/providers/bedrock_model.hpp>

namespace tactus::llm {

BedrockModel bedrock_model(std::string_view id) {
  using Reasoning = BedrockModel::Reasoning;
  const auto says = [&](std::string_view word) { return id.find(word) != std::string_view::npos; };
  BedrockModel model;
  if (says("anthropic.claude")) {
    const AnthropicModel claude = anthropic_model(id);
    model.claude = claude;
    model.binds_schema = claude.takes_output_schema();
    const bool thinks = claude.version != 0 && claude.thinks();
    model.caches = thinks;
    model.reasoning = !thinks           ? Reasoning::kNone
                      : claude.adapts() ? Reasoning::kAdaptive
                                        : Reasoning::kBudget;
  } else if (says("amazon.nova-")) {
    if (says("amazon.nova-2")) model.reasoning = Reasoning::kNova;
    model.caches = true;
  } else if (says("openai.gpt-oss")) {
    model.reasoning = Reasoning::kEffort;
    model.binds_schema = true;
  }
  return model;
}

}  // namespace tactus::llm
