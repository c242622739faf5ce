// Private to the module.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tactus::llm {

// Standard base64 with padding.
std::string to_base64(std::string_view bytes);

// The bytes of standard base64 with padding; nothing when `text` is none.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace tactus::llm
