// UTF-8 at the edges: provider bytes may be cut anywhere, the run log may not.
#pragma once

#include <string>
#include <string_view>

namespace tactus {

// True if `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing cut).
bool is_valid_utf8(std::string_view text);

// Length of the longest prefix of `text` that does not end inside a sequence. Malformed bytes count
// as complete, so at most 3 bytes are ever held back.
std::size_t complete_utf8_length(std::string_view text);

// `text` with each malformed byte replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

// The first `bytes_max` bytes at most, cut at a character.
std::string_view truncate_utf8(std::string_view text, std::size_t bytes_max);

// Number of characters (code points) of valid UTF-8.
std::size_t utf8_length(std::string_view text);

}  // namespace tactus
