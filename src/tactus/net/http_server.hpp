// Incoming HTTP/1.1 on Beast. Knows nothing of our routes: it parses, enforces limits, and calls
// one handler per request. Each connection lives on its own strand. Uses: base, Asio/Beast.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/base/error.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::net {

struct ServerRequest {
  std::string method;  // "GET"
  std::string path;    // Decoded, without the query; always starts with '/'.
  std::vector<std::pair<std::string, std::string>> query;  // Decoded, in order.
  Headers headers;                                         // Names in lower case.
  std::string body;

  std::optional<std::string> query_value(std::string_view name) const;
  std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

struct ServerResponse {
  int status = 200;
  Headers headers;
  std::string body;
};

// Answers one request: either `send` once, or `begin`, any number of `write`, `end`. Used by one
// coroutine at a time, on the connection's strand, where the handler is started; valid until the
// handler's coroutine completes. Framing headers and `Connection` are the server's: those given are
// ignored, except that "Connection: close" is honoured.
//
// To a HEAD request the head alone is sent; after `begin`, `write` then fails with kDisconnected,
// because nobody wants the bytes. A handler that answers nothing gives 500; one that leaves a
// streamed response without `end` cuts the connection, so that the client sees a truncated
// response, never a complete one.
class Responder {
 public:
  virtual ~Responder() = default;

  // Sends a whole response; Content-Length is added. Fails with kDisconnected.
  virtual awaitable<Result<void>> send(ServerResponse response) = 0;

  // Sends the head of a streamed response at once (chunked; no buffering, TCP_NODELAY).
  virtual awaitable<Result<void>> begin(int status, Headers headers) = 0;
  // Sends one piece in one write, straight from `bytes`; an empty piece sends nothing. Waits while
  // the client does not take what was sent before. Fails with kDisconnected when the client has
  // left or has taken nothing for `stalled_write`.
  virtual awaitable<Result<void>> write(std::string_view bytes) = 0;
  virtual awaitable<Result<void>> end() = 0;

  // True once the client has closed its side (noticed while streaming) or the server stops. In the
  // latter case the response may still be brought to an end within the grace time.
  virtual bool client_left() const = 0;
  // Calls `callback` once, on the connection's strand, when the client leaves or the server stops;
  // soon, if that has happened already. Forgotten when the handler completes. From this call on,
  // leaving is noticed before `begin`, too.
  virtual void on_client_left(std::function<void()> callback) = 0;

  // Cuts the connection without ending the response (used to imitate failing providers).
  virtual void abort() = 0;
};

// Exceptions of a handler are logged and become 500, or cut the connection if the head was sent.
using Handler = std::function<awaitable<void>(ServerRequest, Responder&)>;

struct ServerOptions {
  std::string host = "127.0.0.1";                // An address or "localhost".
  std::uint16_t port = 0;                        // 0 = any free one.
  std::size_t body_bytes_max = 16u << 20;        // Beyond it: 413.
  std::size_t header_bytes_max = 32u << 10;      // Beyond it: 431.
  std::size_t connections_max = 4096;            // Beyond it: 503 with Retry-After.
  std::chrono::milliseconds keep_alive{75'000};  // An idle connection is closed after it.
  std::chrono::milliseconds slow_request{
      15'000};  // From the first byte of a request to its last; then 408.
  std::chrono::milliseconds stalled_write{
      60'000};  // A client that takes no byte for so long is cut.
};

class HttpServer {
 public:
  // Stops accepting and cuts what is left. Handlers still running see `client_left`; await `stop`
  // first to know that all have ended.
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Stops accepting, closes idle connections, lets streaming handlers see `client_left`; completes
  // when all connections have ended or after `grace`, whichever is first; then it cuts the rest.
  // The server must outlive the call.
  virtual awaitable<void> stop(std::chrono::milliseconds grace) = 0;

  // Binds and starts accepting on `executor`'s io_context. Fails with kPortInUse (hint names
  // --port) or kConfig (bad host, no permission for the port).
  static Result<std::unique_ptr<HttpServer>> listen(boost::asio::any_io_executor executor,
                                                    ServerOptions options, Handler handler);
};

}  // namespace tactus::net
