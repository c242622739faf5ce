// Messages as those of Bedrock's Converse. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

struct BedrockHistory {
  JsonArray messages;
  JsonArray system;                     // The blocks of all system messages, in order.
  std::vector<std::string> tool_names;  // Of all tools that were called, without repetition.
};

BedrockHistory bedrock_history(const std::vector<Message>& messages);

}  // namespace tactus::llm
