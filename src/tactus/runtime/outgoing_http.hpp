// Requests that programs make to the outside (models and dependencies): which hosts they may reach,
// redirects, time, size, repetition. Uses: net, runtime.
#pragma once

#include <string>

#include <tactus/net/http_client.hpp>
#include <tactus/net/url.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

struct OutgoingRequest {
  std::string method = "GET";
  std::string url;  // Absolute.
  net::Headers headers;
  std::string body;
  std::chrono::milliseconds timeout{30'000};  // Of one attempt, from its start to its last byte.
  int retries = 0;                            // Further attempts after network errors, 429 and 5xx.
  std::string place = {};                     // Of the operation that asks, for recordings.
};

struct OutgoingAnswer {
  int status = 0;
  net::Headers headers;  // Names in lower case.
  std::string body;      // At most kOutgoingBytesMax.
};

inline constexpr std::size_t kOutgoingBytesMax = 8u << 20;  // Of a request's and an answer's body.
inline constexpr int kRedirectsMax = 5;

// Sends the request; answers of any status are returned. Redirects are followed on the same host
// and port only (or from http to https there). Fails with kNetworkDenied (a host that
// `network.allow` does not list, a link-local address, a redirect to elsewhere), kCancelled when
// the run is stopped, and otherwise with `failure` (no connection, time is over, a body too large).
// Messages name scheme and host only, as the rest may be secret. `run` outlives the call.
boost::asio::awaitable<Result<OutgoingAnswer>> send_outgoing(Run& run, RunTask& task,
                                                             OutgoingRequest request,
                                                             ErrorCode failure);

// Whether the configuration lets programs reach that host: "name", "name:port" or "*.name".
bool is_allowed(const net::Url& url, const std::optional<std::vector<std::string>>& allow);

}  // namespace tactus::runtime
