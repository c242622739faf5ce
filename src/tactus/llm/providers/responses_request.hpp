// Request bodies of the OpenAI Responses dialect. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/openai_dialect.hpp>

namespace tactus::llm {

// As `dialect` of parts that are items of the Responses API as they were.
inline constexpr std::string_view kResponsesDialect = "openai-responses";

// Nothing is stored at the provider: the whole conversation goes with every request, reasoning
// included, which is encrypted.
JsonObject responses_request_body(const ModelRequest& request, const OpenAiDialect& dialect);

// Names of the settings that the API or the model does not take.
std::vector<std::string> responses_dropped_settings(const ModelRequest& request,
                                                    const OpenAiDialect& dialect);

}  // namespace tactus::llm
