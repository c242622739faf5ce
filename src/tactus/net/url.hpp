// http(s) URLs: taken apart, joined, compared. Pure. Uses: base, libcurl (inside).
#pragma once

#include <string>

#include <tactus/base/error.hpp>

namespace tactus::net {

struct Url {
  std::string text;    // The whole, with dot segments of the path removed.
  std::string scheme;  // "http" or "https".
  std::string host;    // Lower case; an IPv6 address without brackets.
  int port = 0;        // The scheme's own when none is written.
  std::string path;    // As encoded; begins with '/'.
  std::string query;   // As encoded, without '?'; empty = none.

  // "https://host:port" without user, password, path and query, which may be secret.
  std::string origin() const;
};

// Fails with kConfig when `text` is no absolute http(s) URL; the message does not repeat it.
Result<Url> parse_url(const std::string& text);
// What a Location header means in an answer from `base`. Fails as parse_url does.
Result<Url> resolve_url(const Url& base, const std::string& reference);

// Everything but letters, digits, "-._~" and the characters of `keep` as %XX.
std::string percent_encode(std::string_view text, std::string_view keep = {});

// Whether `host`, if it is an address, belongs to the network that is reached without a router:
// 169.254.0.0/16, fe80::/10, also as IPv4 in IPv6. There, clouds keep credentials.
bool is_link_local(const std::string& host);

}  // namespace tactus::net
