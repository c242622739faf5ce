// The bytes of a response head. Pure, except for the Date it carries.
#pragma once

#include <optional>
#include <string>

#include <tactus/net/http_server.hpp>

namespace tactus::net {

enum class AfterResponse { kKeepAlive, kClose };
enum class BodyFraming { kNone, kLength, kChunked, kUntilClose };

struct ResponseHead {
  int status = 200;
  BodyFraming framing = BodyFraming::kLength;
  std::size_t content_length = 0;  // For kLength.
  AfterResponse after = AfterResponse::kKeepAlive;
};

// Head with its blank line. Framing headers and `Connection` in `headers` are ignored: the
// connection decides them. Control characters in names and values become spaces, so that no value
// can start another header.
std::string encode_response_head(const ResponseHead& head, const Headers& headers);

// True for answers that never have a body (1xx, 204, 304).
bool status_forbids_body(int status);

// Our one shape of an error: {"error": {"code", "message"}}, application/json.
ServerResponse error_response(int status, std::string_view code, std::string_view message);

}  // namespace tactus::net
