// A service that cases may ask over HTTP: scripted answers, and what it was asked. Tests only.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <tactus/base/json.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::conformance {

// Gives the answers in order, the last one again and again. An answer is an object with some of
// `status` (200), `headers` (`{http}` in them is where the service listens), `json` or `body`,
// `delay_ms`, and `cut` (true: the connection is closed instead).
class HttpService {
 public:
  // Listens on loopback; a failure ends the test program.
  HttpService(boost::asio::io_context& io, const std::string& answers);
  std::string url() const;
  // Each as {method, path, query, headers, body}; a JSON body as value.
  std::vector<Json> requests() const;
  boost::asio::awaitable<void> stop();

 private:
  boost::asio::awaitable<void> answer(net::ServerRequest request, net::Responder& responder);
  JsonObject take(const net::ServerRequest& request);

  JsonArray answers_;
  std::unique_ptr<net::HttpServer> server_;
  mutable std::mutex mutex_;  // Guards what follows.
  std::vector<Json> requests_;
};

}  // namespace tactus::conformance
