// How every stream begins. Private to the module.
#pragma once

#include <tactus/net/http_server.hpp>
#include <tactus/server/log_reader.hpp>

namespace tactus::server {

constexpr std::string_view kReconnectAfter = "retry: 1000\n\n";
constexpr std::string_view kHeartbeat = ": heartbeat\n\n";

inline net::Headers stream_headers(StreamFormat format) {
  return {{"Content-Type", format == StreamFormat::kSse ? "text/event-stream; charset=utf-8"
                                                        : "application/x-ndjson"},
          {"Cache-Control", "no-cache, no-transform"},
          {"X-Accel-Buffering", "no"}};
}

}  // namespace tactus::server
