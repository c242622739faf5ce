// Request bodies of the Anthropic Messages dialect. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// As `dialect` of parts that are Anthropic's: blocks of an answer as they were.
inline constexpr std::string_view kAnthropicDialect = "anthropic";

struct AnthropicDialect {
  bool own_host = false;  // Anthropic's own; others may not know the newest fields.
};

JsonObject anthropic_request_body(const ModelRequest& request, const AnthropicDialect& dialect);

// Names of the settings that are left out because the model refuses them.
std::vector<std::string> anthropic_dropped_settings(const ModelRequest& request);

// The tool through which a model answers that takes no schema; empty when the request needs none.
// Its name is that of no other tool of the request.
std::string anthropic_output_tool(const ModelRequest& request);

}  // namespace tactus::llm
