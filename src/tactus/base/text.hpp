// Small text helpers used wherever a message helps a person.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tactus {

// The candidate closest to `word` by edit distance, if it is close enough to be a likely
// misspelling.
std::optional<std::string> closest_match(std::string_view word,
                                         std::span<const std::string> candidates);

// "a, b, c".
std::string join(std::span<const std::string> parts, std::string_view separator);

std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);  // ASCII only.

// Whole file as bytes, or nothing when it cannot be read, is larger than `bytes_max` or is no
// regular file: a named pipe or a device is never waited for.
std::optional<std::string> read_file_bytes(const std::string& path, std::size_t bytes_max);

}  // namespace tactus
