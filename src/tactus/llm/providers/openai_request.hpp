// Request bodies of the Chat Completions dialect. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/openai_dialect.hpp>

namespace tactus::llm {

JsonObject openai_request_body(const ModelRequest& request, const OpenAiDialect& dialect);

// Names of the settings that are left out because the model refuses them.
std::vector<std::string> openai_dropped_settings(const ModelRequest& request,
                                                 const OpenAiDialect& dialect);

// Whether `schema` keeps the rules of strict structured output: every object closed and all its
// members required, and only keywords that it knows.
bool keeps_strict_rules(const Json& schema);

}  // namespace tactus::llm
