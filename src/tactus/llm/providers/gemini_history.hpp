// Messages as the `contents` of Gemini. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

struct GeminiHistory {
  JsonArray contents;
  JsonArray system;  // The parts of all system messages, in order.
};

// `signs_calls`: the model refuses calls without a signature; those of other models get the one
// that Google documents for them.
GeminiHistory gemini_history(const std::vector<Message>& messages, bool signs_calls);

}  // namespace tactus::llm
