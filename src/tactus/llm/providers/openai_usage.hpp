// Usage objects of Chat Completions servers. Private to the providers.
#pragma once

#include <optional>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// Token counts and, where the provider says it, the cost. Nothing if `usage` is not an object with
// counts. Parts may be larger than their whole: some servers report so.
std::optional<UsageReport> read_openai_usage(const Json& usage);

// The same of the Responses API, whose fields have other names.
std::optional<UsageReport> read_responses_usage(const Json& usage);

}  // namespace tactus::llm
