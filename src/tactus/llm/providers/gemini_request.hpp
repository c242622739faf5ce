// Request bodies of the Gemini dialect. Private to the providers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

inline constexpr std::string_view kGeminiDialect = "gemini";  // Of provider parts.

JsonObject gemini_request_body(const ModelRequest& request);

// Names of the settings that are left out because the API has no such thing.
std::vector<std::string> gemini_dropped_settings(const ModelRequest& request);

// What Tactus keeps of an answer to send it back (ProviderPart::value). One of
//   {"call": n, "id"?, "thoughtSignature"?}    the n-th call of the answer, from 0
//   {"thought": "text", "thoughtSignature"}    a thought
//   {"text_bytes": n, "thoughtSignature"}      the last n bytes of the text so far
JsonObject gemini_call_part(int call, std::string_view id, std::string_view signature);
JsonObject gemini_thought_part(std::string_view text, std::string_view signature);
JsonObject gemini_text_part(std::size_t text_bytes, std::string_view signature);

}  // namespace tactus::llm
