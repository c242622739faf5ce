// The listening side: accepts, counts and sweeps connections, and stops them.
#include <algorithm>
#include <mutex>
#include <unordered_map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <spdlog/spdlog.h>

#include <tactus/net/async.hpp>
#include <tactus/net/http_connection.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::net {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};  // After e.g. "too many open files".
constexpr std::size_t kRejectionsMax = 64;  // 503 answers at a time; beyond it: just closed.

std::chrono::milliseconds sweep_period(const ServerOptions& options) {
  const auto shortest = std::min({options.keep_alive, options.slow_request, options.stalled_write});
  return std::clamp(shortest / 8, std::chrono::milliseconds(20), std::chrono::milliseconds(1000));
}

Result<tcp::endpoint> resolve(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) {
    return fail(Error{ErrorCode::kConfig,
                      "cannot listen on '" + host + "': not an IP address",
                      "use 127.0.0.1, ::1 or 0.0.0.0",
                      {},
                      {}});
  }
  return tcp::endpoint(address, port);
}

tl::unexpected<Error> bind_failure(const ServerOptions& options, const error_code& error) {
  const std::string where = options.host + ":" + std::to_string(options.port);
  if (error == asio::error::address_in_use) {
    return fail(Error{ErrorCode::kPortInUse,
                      "port " + std::to_string(options.port) + " on " + options.host + " is in use",
                      "choose another one with --port, or --port 0 for any free one",
                      {},
                      {}});
  }
  return fail(Error{ErrorCode::kConfig,
                    "cannot listen on " + where + ": " + error.message(),
                    "choose another address or port with --host and --port",
                    {},
                    {}});
}

Result<void> bind(tcp::acceptor& acceptor, const ServerOptions& options) {
  Result<tcp::endpoint> endpoint = resolve(options.host, options.port);
  if (!endpoint) return fail(std::move(endpoint.error()));
  error_code error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return bind_failure(options, error);
  return {};
}

// Shared by the server, its coroutines and its connections; the last of them to end frees it.
class Listener final : public ConnectionRegistry, public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::any_io_executor executor, ServerOptions options, Handler handler)
      : executor_(std::move(executor)),
        strand_(make_own_strand(executor_)),
        options_(std::move(options)),
        handler_(std::move(handler)),
        acceptor_(strand_),
        sweep_timer_(strand_),
        drained_(strand_) {}

  const ServerOptions& options() const override { return options_; }
  const Handler& handler() const override { return handler_; }
  bool stopping() const override { return stopping_.load(); }

  void remove(Connection* connection) override {
    const std::lock_guard lock(mutex_);
    connections_.erase(connection);
    if (!connections_.empty() || !stopping_.load()) return;
    if (auto self = weak_from_this().lock()) {
      asio::post(strand_, [self] { self->drained_.cancel(); });
    }
  }

  Result<std::uint16_t> open() {
    if (Result<void> bound = bind(acceptor_, options_); !bound) {
      return fail(std::move(bound.error()));
    }
    return acceptor_.local_endpoint().port();
  }

  void run() {
    spawn(accept(shared_from_this()), "accepting");
    spawn(sweep(shared_from_this()), "watching for deadlines");
  }

  asio::any_io_executor strand() const { return strand_; }

  // On the strand.
  void close() {
    stopping_.store(true);
    error_code ignored;
    acceptor_.close(ignored);
  }

  // On the strand. Completes when no connection is left, or after `grace`.
  static awaitable<void> drain(std::shared_ptr<Listener> self, std::chrono::milliseconds grace) {
    self->close();
    self->for_each([](Connection& connection) { connection.stop(); });
    self->drained_.expires_after(grace);
    const SteadyTime end = self->drained_.expiry();
    while (self->size() > 0 && std::chrono::steady_clock::now() < end) {
      (void)co_await self->drained_.async_wait(use_result);
    }
    self->for_each([](Connection& connection) { connection.cut(); });
    self->sweep_timer_.cancel();
  }

  void cut_all() {
    close();
    sweep_timer_.cancel();
    for_each([](Connection& connection) { connection.cut(); });
  }

 private:
  void spawn(awaitable<void> task, const char* what) {
    asio::co_spawn(strand_, std::move(task), [what](std::exception_ptr exception) {
      if (!exception) return;
      try {
        std::rethrow_exception(exception);
      } catch (const std::exception& error) {
        spdlog::error("http server: {} failed: {}", what, error.what());
      }
    });
  }

  static awaitable<void> accept(std::shared_ptr<Listener> self) {
    asio::steady_timer pause(self->strand_);
    while (!self->stopping()) {
      auto [error, socket] =
          co_await self->acceptor_.async_accept(make_own_strand(self->executor_), use_result);
      if (self->stopping()) break;
      if (!error) {
        self->add(std::move(socket));
        continue;
      }
      if (error == asio::error::operation_aborted) break;
      spdlog::warn("http server: cannot accept a connection: {}", error.message());
      pause.expires_after(kAcceptPause);
      (void)co_await pause.async_wait(use_result);
    }
  }

  static awaitable<void> sweep(std::shared_ptr<Listener> self) {
    const auto period = sweep_period(self->options_);
    while (!self->stopping() || self->size() > 0) {
      self->sweep_timer_.expires_after(period);
      const auto [error] = co_await self->sweep_timer_.async_wait(use_result);
      if (error) break;
      const SteadyTime now = std::chrono::steady_clock::now();
      self->for_each([now](Connection& connection) { connection.check_deadline(now); });
    }
  }

  void add(tcp::socket socket) {
    const std::size_t count = size();
    if (count >= options_.connections_max + kRejectionsMax) return;  // Closes the socket.
    auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this());
    {
      const std::lock_guard lock(mutex_);
      connections_.emplace(connection.get(), connection);
    }
    connection->start(count < options_.connections_max ? Connection::Mode::kServe
                                                       : Connection::Mode::kReject);
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  // Not under the lock: a connection that ends meanwhile takes it.
  template <typename Call>
  void for_each(Call call) {
    std::vector<std::shared_ptr<Connection>> all;
    {
      const std::lock_guard lock(mutex_);
      all.reserve(connections_.size());
      for (const auto& entry : connections_) {
        if (auto connection = entry.second.lock()) all.push_back(std::move(connection));
      }
    }
    for (const auto& connection : all) call(*connection);
  }

  asio::any_io_executor executor_;
  asio::any_io_executor strand_;
  ServerOptions options_;
  Handler handler_;
  tcp::acceptor acceptor_;
  asio::steady_timer sweep_timer_;
  asio::steady_timer drained_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> connections_;
};

class BeastServer final : public HttpServer {
 public:
  BeastServer(std::shared_ptr<Listener> listener, std::uint16_t port)
      : listener_(std::move(listener)), port_(port) {}
  ~BeastServer() override {
    asio::post(listener_->strand(), [listener = listener_] { listener->cut_all(); });
  }

  std::uint16_t port() const override { return port_; }

  awaitable<void> stop(std::chrono::milliseconds grace) override {
    co_await asio::co_spawn(listener_->strand(), Listener::drain(listener_, grace),
                            asio::use_awaitable);
  }

 private:
  std::shared_ptr<Listener> listener_;
  std::uint16_t port_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::any_io_executor executor,
                                                       ServerOptions options, Handler handler) {
  auto listener =
      std::make_shared<Listener>(std::move(executor), std::move(options), std::move(handler));
  const Result<std::uint16_t> port = listener->open();
  if (!port) return fail(port.error());
  listener->run();
  return std::make_unique<BeastServer>(std::move(listener), *port);
}

}  // namespace tactus::net
