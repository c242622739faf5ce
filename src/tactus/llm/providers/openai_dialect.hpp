// What one endpoint of the Chat Completions kind does differently, by its host. Private to the
// providers.
#pragma once

#include <string_view>

#include <tactus/llm/provider.hpp>

namespace tactus::llm {

struct OpenAiDialect {
  bool max_completion_tokens = false;  // Else `max_tokens`.
  bool stream_options = true;          // Mistral always sends usage and refuses the field.
  bool obfuscation = false;            // Pads its chunks unless told not to.
  bool reasoning_models = false;       // Models of OpenAI that refuse sampling settings.
  std::string_view required_choice = "required";
};

OpenAiDialect dialect_of(const OpenAiOptions& options);

// Whether `model` is one of OpenAI's that think before they answer.
bool is_reasoning_model(std::string_view model);

}  // namespace tactus::llm
