// The server behind `tactus ide`: routes of docs/http-api.md over one workspace and one RunService.
// Uses: runtime, journal, net.
#pragma once

#include <memory>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <tactus/net/http_server.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::server {

// One file of the front end, compressed with gzip. Static storage.
struct Asset {
  std::string_view path;  // "/assets/index-abc.js"
  std::string_view content_type;
  std::string_view etag;
  std::span<const unsigned char> gzip;
};

struct IdeOptions {
  std::string workspace;  // Absolute, existing.
  net::ServerOptions http;
  std::string
      token;  // Session token; empty = no authentication (loopback only; the caller sees to it).
  std::span<const Asset> assets;
  std::chrono::milliseconds heartbeat{15'000};
};

class IdeServer {
 public:
  virtual ~IdeServer() = default;
  virtual std::uint16_t port() const = 0;
  // "http://127.0.0.1:5001/?token=…".
  virtual std::string url() const = 0;
  // Tells viewers, lets answers finish, closes. Completes within about `grace`.
  virtual boost::asio::awaitable<void> stop(std::chrono::milliseconds grace) = 0;

  // `runs` must outlive the server. Fails with kPortInUse, kConfig.
  static Result<std::unique_ptr<IdeServer>> start(boost::asio::any_io_executor executor,
                                                  runtime::RunService& runs, IdeOptions options);
};

}  // namespace tactus::server
