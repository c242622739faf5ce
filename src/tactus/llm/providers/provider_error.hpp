// Makes a provider's failure ours: code, message, hint, whether and when to try again. The same for
// every dialect. Private to the providers.
#pragma once

#include <string>

#include <tactus/base/clock.hpp>
#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/error_body.hpp>

namespace tactus::llm {

// Who failed and what must not be shown.
struct ErrorContext {
  std::string provider;
  std::string api_key;   // Struck out of messages that echo it.
  std::string key_hint;  // "OPENAI_API_KEY or openai_api_key in .tactus/config.yml".
};

// An answer with an error status. `body` may be of any shape, HTML and nothing included.
ProviderFailure failure_of_status(const ErrorContext& context, int status,
                                  const net::Headers& headers, std::string_view body, WallTime now);

// An error inside a 200 answer.
ProviderFailure failure_of_stream(const ErrorContext& context, const InBandError& error,
                                  const net::Headers& headers);

// The first of the headers in which providers name a request, without the key; empty if none is
// there.
std::string request_id_of(const ErrorContext& context, const net::Headers& headers);

// `retry-after-ms`, else `retry-after` as seconds, maybe fractional, or as an HTTP date. Never
// negative; nothing when absent or unreadable.
std::optional<std::chrono::milliseconds> retry_after_of(const net::Headers& headers, WallTime now);

}  // namespace tactus::llm
