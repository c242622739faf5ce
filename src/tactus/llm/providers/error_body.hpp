// What a provider says when it fails, in whatever shape (docs/providers.md lists them). Private to
// the providers.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

struct ErrorBody {
  std::string type, code, message;  // Empty = not said.
  std::optional<std::chrono::milliseconds> retry_delay;
};

// Reads an error object: `{error: {message, type, code}}`, `{error: "text", code}`,
// `{object: "error", message, …}`, `{code, message, type}`, `{detail: …}`, or a list of one of
// these. Nothing if `body` is none of them, or an answer with choices and no `error`.
std::optional<ErrorBody> read_error_body(const Json& body);

}  // namespace tactus::llm
