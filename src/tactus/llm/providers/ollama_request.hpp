// Request bodies of Ollama's own dialect. Private to the providers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// Of provider parts; their value is {"thinking": "text"}: some models want what they thought before
// a tool call back with its result.
inline constexpr std::string_view kOllamaDialect = "ollama";

JsonObject ollama_request_body(const ModelRequest& request);

// Names of the settings that are left out because the API has no such thing.
std::vector<std::string> ollama_dropped_settings(const ModelRequest& request);

}  // namespace tactus::llm
