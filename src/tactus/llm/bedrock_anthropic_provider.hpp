// Claude on Bedrock in Anthropic's own dialect (InvokeModel), for who wants more of Claude than
// Converse has. Uses: llm/provider.
#pragma once

#include <tactus/llm/provider.hpp>

namespace tactus::llm {

std::unique_ptr<Provider> make_bedrock_anthropic_provider(BedrockOptions options);

}  // namespace tactus::llm
