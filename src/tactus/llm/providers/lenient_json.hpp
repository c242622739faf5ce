// JSON as providers send it. Private to the providers.
#pragma once

#include <string_view>

#include <tactus/base/json.hpp>

namespace tactus::llm {

// One JSON document. Malformed UTF-8 and halves of surrogate pairs become U+FFFD. Fails with
// kProviderStream, showing the beginning of `text`, when it is no JSON even so.
Result<Json> parse_lenient_json(std::string_view text);

}  // namespace tactus::llm
