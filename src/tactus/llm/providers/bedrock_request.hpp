// Request bodies of Bedrock's Converse dialect. Private to the providers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

inline constexpr std::string_view kBedrockDialect = "bedrock";  // Of provider parts.

JsonObject bedrock_request_body(const ModelRequest& request);

// Names of the settings that are left out because the API or the model has no such thing.
std::vector<std::string> bedrock_dropped_settings(const ModelRequest& request);

// Reasoning as it must be sent back; the value of each is a `reasoningContent`.
ProviderPart bedrock_reasoning_part(std::string_view text, std::string_view signature);
ProviderPart bedrock_redacted_part(std::string_view base64);

}  // namespace tactus::llm
