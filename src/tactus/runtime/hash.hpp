// Digests for comparing texts between runs.
#pragma once

#include <string>
#include <string_view>

namespace tactus::runtime {

// SHA-256 in lower-case hex, 64 characters.
std::string sha256_hex(std::string_view text);

}  // namespace tactus::runtime
