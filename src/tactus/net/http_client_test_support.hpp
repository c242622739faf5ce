// What the tests of the HTTP client share: shorthands, and servers that answer in a given way.
#pragma once

#include <tactus/net/net_test_support.hpp>

namespace tactus::net::testing_support {

inline std::unique_ptr<HttpClient> open_client(Loop& loop, HttpClientOptions options = {}) {
  auto client = HttpClient::open(loop.executor(), std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

inline HttpRequest get(std::string url) {
  HttpRequest request;
  request.method = "GET";
  request.url = std::move(url);
  return request;
}

struct Response {
  HttpHead head;
  std::string body;
  std::vector<std::string> reads;
  std::optional<Error> error;
};

inline awaitable<Response> receive(std::shared_ptr<HttpExchange> exchange) {
  Response response;
  Result<HttpHead> head = co_await exchange->head();
  if (!head) {
    response.error = head.error();
    co_return response;
  }
  response.head = std::move(*head);
  for (;;) {
    Result<std::string> bytes = co_await exchange->read();
    if (!bytes) {
      response.error = bytes.error();
      co_return response;
    }
    if (bytes->empty()) co_return response;
    response.body += *bytes;
    response.reads.push_back(std::move(*bytes));
  }
}

inline Response fetch(Loop& loop, HttpClient& client, HttpRequest request) {
  return loop.run(receive(client.start(std::move(request))));
}

// Tells what it received.
inline awaitable<void> mirror(ServerRequest request, Responder& responder) {
  std::string text = request.method + " " + request.path + "\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\n";
  const ServerResponse response{201, {{"X-Request-Id", "r1"}}, text + "\n" + request.body};
  (void)co_await responder.send(response);
}

// Streams "begun" and then nothing; counts the clients that leave, and when the last one did.
struct Stalling {
  std::atomic<int> begun{0};
  std::atomic<int> left{0};
  std::atomic<std::chrono::steady_clock::rep> left_at{0};
  bool send_head = true;

  Handler handler() {
    return [this](ServerRequest, Responder& responder) -> awaitable<void> {
      asio::steady_timer leave(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      responder.on_client_left([this, &leave] {
        left_at = std::chrono::steady_clock::now().time_since_epoch().count();
        ++left;
        leave.cancel();
      });
      if (send_head) {
        (void)co_await responder.begin(200, {});
        (void)co_await responder.write("begun");
      }
      ++begun;
      (void)co_await leave.async_wait(asio::as_tuple(asio::use_awaitable));
    };
  }
};

// Accepts one connection, reads the request head, sends `answer` and closes.
class OneShotPeer {
 public:
  explicit OneShotPeer(std::string answer)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
        thread_([this, answer = std::move(answer)] {
          tcp::socket socket = acceptor_.accept();
          std::string head;
          asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n");
          request_ = head;
          asio::write(socket, asio::buffer(answer));
        }) {}
  ~OneShotPeer() { join(); }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port()) + path;
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string request() {
    join();
    return request_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::string request_;
  std::thread thread_;
};

}  // namespace tactus::net::testing_support
