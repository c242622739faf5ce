// Outgoing HTTP: one libcurl multi handle on the event loop. Bodies are handed on as they arrive;
// nothing waits for more. Proxies (HTTP(S)_PROXY, NO_PROXY; never for this machine itself or its
// own network link), TLS verification, HTTP/1.1 and, over TLS, HTTP/2 with one exchange at a time
// on a connection, connection reuse. Redirects are handed on, not followed. Uses: base, Asio,
// libcurl.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>

namespace tactus::net {

using boost::asio::awaitable;
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first header of that name (any case), or nothing.
std::optional<std::string_view> find_header(const Headers& headers, std::string_view name);

struct Timeouts {
  std::chrono::milliseconds connect{10'000};  // Name look-up, TCP, proxy and TLS.
  // From the request sent to the first byte of the response.
  std::chrono::milliseconds first_byte{60'000};
  std::chrono::milliseconds idle{60'000};  // Between two reads of the body.
};

// What a request asks, apart from how it is sent: what a client that records or replays knows it
// by. Whoever keeps it takes secrets out.
struct RequestSubject {
  std::string kind;   // "model", "http" or "mcp".
  std::string peer;   // Who is asked: the provider, the host, the server.
  std::string place;  // Of the operation that asks in its run; empty = unknown.
  Json asked;
};

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  Headers headers;
  std::string body;
  Timeouts timeouts;
  // Fails with kNetworkDenied instead of connecting to an address of the link-local network, also
  // when the host's name leads there.
  bool refuse_link_local = false;
  // For clients that record or replay; called within `start` or never. Empty: the request is
  // neither recorded nor replayed, as one that fetches credentials must not be.
  std::function<RequestSubject()> subject = nullptr;
};

struct HttpHead {
  int status = 0;
  Headers headers;  // Names in lower case, in order of arrival.
};

// One request and its response. Created by HttpClient::start, which has sent it on its way. The
// members that wait may be called from any one coroutine at a time, on any executor; `cancel` from
// any thread.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;  // Cancels if unfinished.

  // Waits for the response head. Fails with kProviderNetwork (no connection, TLS, proxy, connect or
  // first-byte timeout; the message says which), kConfig (a URL or header that cannot be sent) or
  // kCancelled. Messages name scheme, host and port only: a path or header may hold a secret.
  virtual awaitable<Result<HttpHead>> head() = 0;

  // Waits for bytes of the body and returns all that have arrived: never an empty string before the
  // end; an empty string at the end. Fails with kProviderStream (connection lost or idle timeout)
  // or kCancelled. At most `buffer_bytes_max` are held; then reading from the socket pauses.
  virtual awaitable<Result<std::string>> read() = 0;

  // Closes the connection at once. Waiting and later calls fail with kCancelled. Idempotent.
  virtual void cancel() = 0;

  // When the connection was closed because of `cancel`; nothing before.
  virtual std::optional<SteadyTime> closed_at() const = 0;
};

struct HttpClientOptions {
  std::string user_agent = "tactus";
  std::string ca_file;  // Empty = the system's certificates.
  std::size_t buffer_bytes_max = 1 << 20;
};

class HttpClient {
 public:
  // Cancels every exchange; no exchange may be started afterwards. Goes before the io_context.
  virtual ~HttpClient() = default;

  // Starts a request. Never fails here: what fails is told by the exchange. Any thread.
  virtual std::shared_ptr<HttpExchange> start(HttpRequest request) = 0;

  // False when answers come from recordings: no request needs a signature.
  virtual bool sends() const { return true; }
  // How long to wait where a server should be given that much time, before a retry say.
  virtual std::chrono::milliseconds pause(std::chrono::milliseconds wanted) const { return wanted; }

  // `executor` is that of the io_context on which sockets are watched; the client makes its own
  // strand on it.
  static Result<std::unique_ptr<HttpClient>> open(boost::asio::any_io_executor executor,
                                                  HttpClientOptions options);
};

}  // namespace tactus::net
