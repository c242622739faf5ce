// What the tests of this module share: an event loop on threads, a server on it, and a blocking raw
// client.
#pragma once

#include <future>
#include <thread>

#include <boost/asio.hpp>
#include <gtest/gtest.h>

#include <tactus/net/http_client.hpp>
#include <tactus/net/http_server.hpp>

namespace tactus::net::testing_support {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

// Waits at most this long for something that must happen.
inline constexpr auto kPatience = 10s;

// Polls `condition` until it holds; false when patience is over.
template <typename Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

// An io_context that runs on `threads` threads until destroyed.
class Loop {
 public:
  explicit Loop(int threads = 3) : work_(asio::make_work_guard(context_)) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { context_.run(); });
  }
  ~Loop() {
    work_.reset();
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  asio::any_io_executor executor() { return context_.get_executor(); }

  // Runs `task` on the loop and returns its value.
  template <typename T>
  T run(awaitable<T> task) {
    return asio::co_spawn(asio::make_strand(context_), std::move(task), asio::use_future).get();
  }
  template <typename T>
  std::future<T> spawn(awaitable<T> task) {
    return asio::co_spawn(asio::make_strand(context_), std::move(task), asio::use_future);
  }

 private:
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::vector<std::thread> threads_;
};

// A server on loopback that stops when destroyed.
class TestServer {
 public:
  TestServer(Loop& loop, Handler handler, ServerOptions options = {}) : loop_(loop) {
    auto server = HttpServer::listen(loop.executor(), std::move(options), std::move(handler));
    if (!server) throw std::runtime_error(server.error().message);
    server_ = std::move(*server);
  }
  ~TestServer() { stop(2s); }
  void stop(std::chrono::milliseconds grace) { loop_.run(server_->stop(grace)); }
  HttpServer& operator*() { return *server_; }
  std::uint16_t port() const { return server_->port(); }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
  }

 private:
  Loop& loop_;
  std::unique_ptr<HttpServer> server_;
};

// A blocking TCP client for bytes no proper client would send.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(context_) {
    socket_.connect({asio::ip::address_v4::loopback(), port});
    const timeval patience{10, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  // False when the peer has closed.
  bool write(std::string_view text) {
    boost::system::error_code error;
    asio::write(socket_, asio::buffer(text), error);
    return !error;
  }
  // One recv: empty at the end, on a reset or when patience is over.
  std::string read_some() {
    std::string bytes(64 << 10, '\0');
    const ssize_t size = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  std::string read_until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos) {
      const std::string more = read_some();
      if (more.empty()) break;
      all += more;
    }
    return all;
  }
  std::string read_all() {
    std::string all;
    for (std::string more = read_some(); !more.empty(); more = read_some()) all += more;
    return all;
  }
  void close() { socket_.close(); }
  void reset() {
    socket_.set_option(asio::socket_base::linger(true, 0));
    socket_.close();
  }
  tcp::socket& socket() { return socket_; }

 private:
  asio::io_context context_;
  tcp::socket socket_;
};

inline std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace tactus::net::testing_support
