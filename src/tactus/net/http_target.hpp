// The target of a request line ("/a%20b?x=1") as decoded parts. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tactus::net {

struct RequestTarget {
  std::string path;                                        // Decoded; starts with '/'.
  std::vector<std::pair<std::string, std::string>> query;  // Decoded ('+' is a space), in order.
  friend bool operator==(const RequestTarget&, const RequestTarget&) = default;
};

// Takes the origin form and the absolute form ("http://host/path"). Nothing if it is malformed:
// another form, a broken
// %-sequence, a NUL byte, or text that is not UTF-8 once decoded.
std::optional<RequestTarget> parse_request_target(std::string_view target);

}  // namespace tactus::net
