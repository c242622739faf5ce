// A client of one MCP server: the handshake, its tools, calls of them. Lives on one strand, the
// executor it is given; all members are called there, and the client outlives every coroutine of
// its own. Uses: base, net.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include <tactus/mcp/protocol.hpp>
#include <tactus/mcp/transport.hpp>

namespace tactus::mcp {

// What a tool says while it works; the fraction is that of its work, where it knows it.
using Progress = std::function<void(std::string message, std::optional<double> fraction)>;

struct ClientOptions {
  std::string name = "tactus";
  std::string version = "0";
  std::chrono::milliseconds connect_timeout{15'000};  // Of the handshake, and of one page of tools.
};

class Client {
 public:
  using Tools = std::shared_ptr<const std::vector<Tool>>;

  // `http` must outlive the client.
  Client(boost::asio::any_io_executor executor, net::HttpClient& http, ServerConfig config,
         ClientOptions options);
  ~Client();  // Ends the connection at once.
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Opens the connection and shakes hands; once. Fails with kMcpConnect naming the server, and with
  // kCancelled after `cancel_calls`.
  awaitable<Result<void>> connect();

  // The server's tools, asked for once and again after it has said that they changed. At most
  // kToolsMax. Fails like `connect`.
  awaitable<Result<Tools>> tools();

  // Calls a tool and waits for its result (see read_tool_result), `timeout` at most. Any number at
  // a time. Fails with kToolFailed (the tool's own error, the server's, or its end), kToolTimeout,
  // kCancelled; in the latter two cases the server is told that nobody waits any more.
  awaitable<Result<Json>> call(std::string tool, JsonObject arguments,
                               std::chrono::milliseconds timeout, Progress progress);

  // Whether the server still answers.
  awaitable<Result<void>> ping();

  // Everything under way fails with kCancelled.
  void cancel_calls();
  // The connection is gone: another client may try again.
  bool closed() const { return closed_.has_value(); }
  // Ends the connection in order; about a second at most.
  awaitable<void> close();

  static constexpr std::size_t kToolsMax = 1000;

 private:
  struct Pending;

  awaitable<Result<Json>> request(std::string_view method, JsonObject params,
                                  std::chrono::milliseconds timeout, Progress progress);
  awaitable<Result<void>> shake_hands();
  void receive(const Json& message);
  void answer(const Incoming& request);
  void notified(const Incoming& notification);
  void report_progress(const Json& params);
  void settle(const Json& id, Result<Json> outcome);
  void end(Error error);
  Error unreachable(Error error) const;
  std::string without_secrets(std::string text) const;

  boost::asio::any_io_executor executor_;
  ServerConfig config_;
  ClientOptions options_;
  std::unique_ptr<Transport> transport_;
  std::map<std::int64_t, std::shared_ptr<Pending>> pending_;
  std::int64_t last_id_ = 0;
  std::optional<Error> closed_;
  bool has_tools_ = false;
  Tools tools_;           // Null until they are known, and after they have changed.
  int change_count_ = 0;  // Times the server has said that they changed.
};

}  // namespace tactus::mcp
