// What the models on Bedrock can take, by their ids. Private to the providers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <tactus/llm/providers/anthropic_model.hpp>

namespace tactus::llm {

struct BedrockModel {
  enum class Reasoning : std::uint8_t {
    kNone,
    kBudget,    // Claude up to 4.5: a number of tokens.
    kAdaptive,  // Later Claudes: how hard, as a word.
    kNova,      // Nova 2: how hard, as a word.
    kEffort     // gpt-oss: how hard, as a word, in OpenAI's own field.
  };
  Reasoning reasoning = Reasoning::kNone;
  bool binds_schema = false;  // Knows structured output.
  bool caches = false;        // Knows marks of what is to be cached.
  std::optional<AnthropicModel> claude;
};

// `id`: a model's id, that of an inference profile ("us.anthropic.…") or an ARN of either. What
// cannot be told from it (an ARN of a profile of one's own) has nothing.
BedrockModel bedrock_model(std::string_view id);

}  // namespace tactus::llm
