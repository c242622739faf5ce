// How messages reach a server and come back: over the standard streams of a process, or over HTTP.
// Everything of one transport happens on the executor it was made for, a strand. Uses: base, net.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/base/json.hpp>
#include <tactus/mcp/server_config.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::mcp {

using boost::asio::awaitable;

// Bound on one message, either way in which it may arrive.
inline constexpr std::size_t kMessageBytesMax = std::size_t{16} << 20;

struct Outgoing {
  std::string text;                // One JSON-RPC message, without line breaks.
  std::optional<std::int64_t> id;  // Of a request: failures of sending are told with it.
};

// What a transport tells its owner, on the transport's executor; never from within a call of the
// owner's.
struct TransportEvents {
  std::function<void(const Json& message)> on_message;
  std::function<void(std::int64_t id, Error error)> on_failed;  // One request got no answer.
  std::function<void(Error error)> on_closed;                   // Once; nothing follows.
};

class Transport {
 public:
  // Ends the connection at once: a process is killed and reaped. No event comes any more.
  virtual ~Transport() = default;

  // Opens the connection. Fails when there is nothing to talk to.
  virtual Result<void> start(TransportEvents events) = 0;
  // Queues a message; messages arrive in this order. What is wrong is told by the events.
  virtual void send(Outgoing message) = 0;
  // The answer to this request is no longer waited for.
  virtual void abandon(std::int64_t id) = 0;
  // The handshake is done: the revision both sides speak.
  virtual void ready(std::string_view protocol_version) = 0;
  // Ends the connection in order; takes at most about a second. No event comes any more.
  virtual awaitable<void> close() = 0;
};

std::unique_ptr<Transport> make_stdio_transport(boost::asio::any_io_executor executor,
                                                const ServerConfig& config);
// `http` must outlive the transport.
std::unique_ptr<Transport> make_http_transport(boost::asio::any_io_executor executor,
                                               net::HttpClient& http, const ServerConfig& config);

}  // namespace tactus::mcp
