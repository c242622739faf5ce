// The last step before a request is sent, for providers whose credentials cover the request itself
// or expire: the one part of a provider that knows the time and may wait. Uses: base, net.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <tactus/net/http_client.hpp>

namespace tactus::llm {

class StopToken;

// Thread-safe.
class RequestSigner {
 public:
  virtual ~RequestSigner() = default;
  // Adds the credentials to `request`, as `Provider::build` gave it. Those that must be fetched are
  // fetched with `http`; `stop` ends that. Fails with kProviderAuth when there are none, with
  // kProviderNetwork or kProviderStream when they cannot be fetched, with kCancelled. The
  // references must outlive the coroutine.
  virtual boost::asio::awaitable<Result<void>> sign(net::HttpRequest& request,
                                                    net::HttpClient& http, StopToken& stop) = 0;
};

}  // namespace tactus::llm
