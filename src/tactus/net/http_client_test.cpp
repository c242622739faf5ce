#include <boost/asio/experimental/awaitable_operators.hpp>

#include <tactus/net/net_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;

std::unique_ptr<HttpClient> open_client(Loop& loop, HttpClientOptions options = {}) {
  auto client = HttpClient::open(loop.executor(), std::move(options));
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

HttpRequest get(std::string url) {
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

awaitable<Response> receive(std::shared_ptr<HttpExchange> exchange) {
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

Response fetch(Loop& loop, HttpClient& client, HttpRequest request) {
  return loop.run(receive(client.start(std::move(request))));
}

// Tells what it received.
awaitable<void> mirror(ServerRequest request, Responder& responder) {
  std::string text = request.method + " " + request.path + "\n";
  for (const auto& [name, value] : request.headers) text += name + ": " + value + "\n";
  (void)co_await responder.send({201, {{"X-Request-Id", "r1"}}, text + "\n" + request.body});
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

TEST(HttpClient, SendsMethodHeadersAndBodyAndNothingUnasked) {
  Loop loop;
  TestServer server(loop, mirror);
  auto client = open_client(loop);
  HttpRequest request;
  request.url = server.url("/v1/chat");
  request.headers = {
      {"Authorization", "Bearer k"}, {"Content-Type", "application/json"}, {"X-Empty", ""}};
  request.body = "{\"a\":1}";
  const Response response = fetch(loop, *client, request);
  ASSERT_EQ(response.error, std::nullopt);
  EXPECT_EQ(response.head.status, 201);
  EXPECT_EQ(find_header(response.head.headers, "x-request-id"), "r1");
  EXPECT_EQ(find_header(response.head.headers, "X-REQUEST-ID"), "r1");
  EXPECT_EQ(response.head.headers.back().first, "content-length") << "names are in lower case";
  EXPECT_TRUE(response.body.starts_with("POST /v1/chat\n")) << response.body;
  EXPECT_TRUE(response.body.ends_with("\n\n{\"a\":1}")) << response.body;
  for (const char* sent : {"authorization: Bearer k\n", "content-type: application/json\n",
                           "x-empty: \n", "user-agent: tactus\n", "content-length: 7\n"}) {
    EXPECT_NE(response.body.find(sent), std::string::npos) << sent << response.body;
  }
  EXPECT_EQ(response.body.find("expect:"), std::string::npos);
}

TEST(HttpClient, SendsOtherMethods) {
  Loop loop;
  TestServer server(loop, mirror);
  auto client = open_client(loop);
  EXPECT_TRUE(fetch(loop, *client, get(server.url("/a"))).body.starts_with("GET /a\n"));
  HttpRequest request = get(server.url("/b"));
  request.method = "DELETE";
  EXPECT_TRUE(fetch(loop, *client, request).body.starts_with("DELETE /b\n"));
  request.method = "PUT";
  request.body = "x";
  EXPECT_TRUE(fetch(loop, *client, request).body.ends_with("\n\nx"));
  request.method = "HEAD";
  request.body = "";
  const Response head = fetch(loop, *client, request);
  EXPECT_EQ(head.head.status, 201);
  EXPECT_EQ(head.body, "");
  request.method = "POST";
  EXPECT_TRUE(fetch(loop, *client, request).body.starts_with("POST /b\n"));
}

TEST(HttpClient, SendsALargeBodyWhole) {
  Loop loop;
  TestServer server(loop, [](ServerRequest request, Responder& responder) -> awaitable<void> {
    (void)co_await responder.send({200, {}, std::move(request.body)});
  });
  auto client = open_client(loop);
  for (const std::size_t size : {64u << 10, (64u << 10) + 1, 5u << 20}) {
    HttpRequest request;
    request.url = server.url("/");
    for (std::size_t i = 0; i < size; ++i) request.body += static_cast<char>('a' + i % 23);
    const Response response = fetch(loop, *client, request);
    EXPECT_TRUE(response.body == request.body) << size << " bytes";
  }
}

TEST(HttpClient, EachPieceOfAStreamCanBeReadBeforeTheNextIsSent) {
  Loop loop;
  std::atomic<int> allowed{0};
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer poll(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    for (int i = 1; i <= 20; ++i) {
      while (allowed < i) {
        poll.expires_after(1ms);
        co_await poll.async_wait(asio::use_awaitable);
      }
      (void)co_await responder.write("piece" + std::to_string(i));
    }
    (void)co_await responder.end();
  });
  auto client = open_client(loop);
  const auto exchange = client->start(get(server.url("/")));
  ASSERT_TRUE(loop.run(exchange->head()).has_value()) << "the head comes before any piece";
  for (int i = 1; i <= 20; ++i) {
    allowed = i;
    EXPECT_EQ(loop.run(exchange->read()).value(), "piece" + std::to_string(i));
  }
  EXPECT_EQ(loop.run(exchange->read()).value(), "");
  EXPECT_EQ(loop.run(exchange->read()).value(), "") << "the end stays the end";
}

TEST(HttpClient, CancellingClosesThePeersSocketWithin50Milliseconds) {
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  const auto exchange = client->start(get(server.url("/")));
  ASSERT_TRUE(loop.run(exchange->head()).has_value());
  ASSERT_EQ(loop.run(exchange->read()).value(), "begun");
  EXPECT_EQ(exchange->closed_at(), std::nullopt);
  auto waiting = loop.spawn(exchange->read());

  const auto start = std::chrono::steady_clock::now();
  exchange->cancel();
  ASSERT_TRUE(eventually([&] { return peer.left == 1; }));
  EXPECT_LT(std::chrono::steady_clock::duration(peer.left_at - start.time_since_epoch().count()),
            50ms);
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kCancelled);
  ASSERT_TRUE(eventually([&] { return exchange->closed_at().has_value(); }));
  EXPECT_GE(*exchange->closed_at(), start);
  EXPECT_LT(*exchange->closed_at() - start, 50ms);
  exchange->cancel();
  EXPECT_EQ(loop.run(exchange->read()).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(loop.run(exchange->head()).error().code, ErrorCode::kCancelled);
}

TEST(HttpClient, CancellingAtOnceOrBeforeTheHeadFailsWithCancelled) {
  Loop loop;
  Stalling peer;
  peer.send_head = false;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  const auto at_once = client->start(get(server.url("/")));
  at_once->cancel();
  EXPECT_EQ(loop.run(at_once->head()).error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(eventually([&] { return at_once->closed_at().has_value(); }));

  const auto waiting = client->start(get(server.url("/")));
  auto head = loop.spawn(waiting->head());
  const int left_before = peer.left;
  ASSERT_TRUE(eventually([&] { return peer.begun > peer.left; }));
  waiting->cancel();
  EXPECT_EQ(head.get().error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(eventually([&] { return peer.left > left_before; }));
}

TEST(HttpClient, DroppingAnExchangeCancelsIt) {
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  auto exchange = client->start(get(server.url("/")));
  ASSERT_TRUE(loop.run(exchange->head()).has_value());
  exchange.reset();
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
}

TEST(HttpClient, ClosingTheClientCancelsEveryExchange) {
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  const auto exchange = client->start(get(server.url("/")));
  ASSERT_TRUE(loop.run(exchange->head()).has_value());
  ASSERT_TRUE(loop.run(exchange->read()).has_value());
  auto waiting = loop.spawn(exchange->read());
  client.reset();
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
}

TEST(HttpClient, CancellingAWaitLeavesTheExchangeGoing) {
  Loop loop;
  std::atomic<bool> go{false};
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer poll(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    while (!go) {
      poll.expires_after(1ms);
      co_await poll.async_wait(asio::use_awaitable);
    }
    (void)co_await responder.write("late");
    (void)co_await responder.end();
  });
  auto client = open_client(loop);
  const auto exchange = client->start(get(server.url("/")));
  auto with_timeout = [](std::shared_ptr<HttpExchange> stream) -> awaitable<std::size_t> {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, 20ms);
    auto first = co_await (stream->read() || timer.async_wait(asio::use_awaitable));
    co_return first.index();
  };
  EXPECT_EQ(loop.run(with_timeout(exchange)), 1u);
  go = true;
  EXPECT_EQ(loop.run(exchange->read()).value(), "late");
}

TEST(HttpClient, TheIdleTimeoutIsAStreamError) {
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  HttpRequest request = get(server.url("/secret?key=s3cret"));
  request.timeouts.idle = 150ms;
  const auto start = std::chrono::steady_clock::now();
  const Response response = fetch(loop, *client, request);
  const auto taken = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderStream);
  EXPECT_NE(response.error->message.find("idle timeout"), std::string::npos)
      << response.error->message;
  EXPECT_EQ(response.error->message.find("s3cret"), std::string::npos);
  EXPECT_EQ(response.body, "begun") << "what arrived before is not lost";
  EXPECT_GE(taken, 150ms);
  EXPECT_LT(taken, 2s);
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
}

TEST(HttpClient, AStreamThatKeepsSendingOutlivesTheIdleTimeout) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    for (int i = 0; i < 20; ++i) {
      pause.expires_after(40ms);
      co_await pause.async_wait(asio::use_awaitable);
      (void)co_await responder.write("x");
    }
    (void)co_await responder.end();
  });
  auto client = open_client(loop);
  HttpRequest request = get(server.url("/"));
  request.timeouts.idle = 400ms;
  request.timeouts.first_byte = 400ms;
  const Response response = fetch(loop, *client, request);
  EXPECT_EQ(response.error, std::nullopt);
  EXPECT_EQ(response.body, std::string(20, 'x'));
}

TEST(HttpClient, TheFirstByteTimeoutIsANetworkError) {
  Loop loop;
  Stalling peer;
  peer.send_head = false;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  HttpRequest request = get(server.url("/"));
  request.timeouts.first_byte = 150ms;
  const auto start = std::chrono::steady_clock::now();
  const Response response = fetch(loop, *client, request);
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderNetwork);
  EXPECT_NE(response.error->message.find("first-byte timeout"), std::string::npos);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 150ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2s);
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
}

TEST(HttpClient, TheConnectTimeoutIsANetworkError) {
  // A full accept queue: the kernel drops further SYNs.
  asio::io_context context;
  tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  acceptor.listen(0);
  std::vector<tcp::socket> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.emplace_back(context);
    fillers.back().open(tcp::v4());
    fillers.back().native_non_blocking(true);
    const auto endpoint = acceptor.local_endpoint();  // Asio's own connect would wait.
    ::connect(fillers.back().native_handle(), endpoint.data(),
              static_cast<socklen_t>(endpoint.size()));
  }
  Loop loop;
  auto client = open_client(loop);
  HttpRequest request =
      get("http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port()) + "/");
  request.timeouts.connect = 200ms;
  const Response response = fetch(loop, *client, request);
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderNetwork);
  EXPECT_NE(response.error->message.find("connect timeout"), std::string::npos)
      << response.error->message;
}

TEST(HttpClient, ARefusedConnectionIsANetworkErrorThatNamesTheServer) {
  std::uint16_t port = 0;
  {
    asio::io_context context;
    port = tcp::acceptor(context, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
  }
  Loop loop;
  auto client = open_client(loop);
  const std::string origin = "http://127.0.0.1:" + std::to_string(port);
  const Response response = fetch(loop, *client, get(origin + "/path"));
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderNetwork);
  EXPECT_NE(response.error->message.find("cannot connect to " + origin), std::string::npos)
      << response.error->message;
  EXPECT_NE(response.error->hint, "");
}

TEST(HttpClient, AnUnknownHostIsANetworkError) {
  Loop loop;
  auto client = open_client(loop);
  const Response response = fetch(loop, *client, get("http://no-such-host.invalid/"));
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderNetwork);
  EXPECT_NE(response.error->message.find("no-such-host.invalid"), std::string::npos);
}

TEST(HttpClient, WhatCannotBeSentIsAConfigError) {
  Loop loop;
  auto client = open_client(loop);
  for (const char* url : {"", "no url", "ftp://host/", "http://", "file:///etc/passwd"}) {
    const Response response = fetch(loop, *client, get(url));
    ASSERT_TRUE(response.error.has_value()) << url;
    EXPECT_EQ(response.error->code, ErrorCode::kConfig) << url;
  }
  HttpRequest request = get("http://127.0.0.1:1/");
  request.headers = {{"Authorization", "Bearer s3cret\n"}};
  const Response response = fetch(loop, *client, request);
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kConfig);
  EXPECT_NE(response.error->message.find("Authorization"), std::string::npos);
  EXPECT_EQ(response.error->message.find("s3cret"), std::string::npos);
}

TEST(HttpClient, AConnectionLostInMidBodyIsAStreamErrorAfterWhatArrived) {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"}) {
    Loop loop;
    OneShotPeer peer(answer);
    auto client = open_client(loop);
    const Response response = fetch(loop, *client, get(peer.url("/")));
    EXPECT_EQ(response.head.status, 200);
    EXPECT_EQ(response.body, "part");
    ASSERT_TRUE(response.error.has_value());
    EXPECT_EQ(response.error->code, ErrorCode::kProviderStream) << response.error->message;
  }
}

TEST(HttpClient, AnAbortingServerIsAStreamError) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    (void)co_await responder.write("part");
    responder.abort();
  });
  auto client = open_client(loop);
  const Response response = fetch(loop, *client, get(server.url("/")));
  EXPECT_EQ(response.body, "part");
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderStream);
}

TEST(HttpClient, AConnectionClosedBeforeTheHeadIsANetworkError) {
  for (const char* answer : {"", "HTTP/1.1 200 OK\r\nX: 1\r\n", "not http at all\r\n\r\n"}) {
    Loop loop;
    OneShotPeer peer(answer);
    auto client = open_client(loop);
    const Response response = fetch(loop, *client, get(peer.url("/")));
    ASSERT_TRUE(response.error.has_value()) << answer;
    EXPECT_EQ(response.error->code, ErrorCode::kProviderNetwork) << response.error->message;
  }
}

TEST(HttpClient, SkipsInformationalResponsesAndTrailersAndReadsUntilClose) {
  Loop loop;
  {
    OneShotPeer peer(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        "HTTP/1.1 200 OK\r\nX-A:  1 \r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        "2\r\nab\r\n0\r\nX-Trailer: t\r\n\r\n");
    auto client = open_client(loop);
    const Response response = fetch(loop, *client, get(peer.url("/")));
    EXPECT_EQ(response.error, std::nullopt);
    EXPECT_EQ(response.body, "ab");
    EXPECT_EQ(response.head.headers,
              (Headers{{"x-a", "1"}, {"x-a", "2"}, {"transfer-encoding", "chunked"}}));
  }
  OneShotPeer peer("HTTP/1.0 200 OK\r\n\r\nuntil close");
  auto client = open_client(loop);
  const Response response = fetch(loop, *client, get(peer.url("/")));
  EXPECT_EQ(response.error, std::nullopt);
  EXPECT_EQ(response.body, "until close");
}

TEST(HttpClient, ARedirectIsHandedOnNotFollowed) {
  Loop loop;
  OneShotPeer peer(
      "HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n");
  auto client = open_client(loop);
  const Response response = fetch(loop, *client, get(peer.url("/")));
  EXPECT_EQ(response.error, std::nullopt);
  EXPECT_EQ(response.head.status, 302);
}

TEST(HttpClient, AThousandRequestsOneAfterAnotherUseOneConnection) {
  Loop loop;
  ServerOptions options;
  options.connections_max = 1;  // A second connection would get a 503.
  TestServer server(loop, mirror, options);
  auto client = open_client(loop);
  auto all = [](HttpClient& http, std::string url) -> awaitable<int> {
    int good = 0;
    for (int i = 0; i < 1000; ++i) {
      const Response response = co_await receive(http.start(get(url)));
      good += response.head.status == 201 && !response.error;
    }
    co_return good;
  };
  EXPECT_EQ(loop.run(all(*client, server.url("/"))), 1000);
}

TEST(HttpClient, ADeadPooledConnectionIsReplaced) {
  Loop loop;
  ServerOptions options;
  options.keep_alive = 50ms;
  TestServer server(loop, mirror, options);
  auto client = open_client(loop);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(fetch(loop, *client, get(server.url("/"))).head.status, 201);
    std::this_thread::sleep_for(150ms);  // The server's own timer is what is waited for.
  }
}

TEST(HttpClient, AReaderThatStandsHoldsTheServerBackAndLosesNothing) {
  Loop loop;
  constexpr std::size_t kTotal = 48u << 20;
  std::atomic<std::size_t> written{0};
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    std::string piece(64u << 10, 'x');
    while (written < kTotal) {
      for (std::size_t i = 0; i < piece.size(); ++i)
        piece[i] = static_cast<char>((written + i) % 251);
      if (!co_await responder.write(piece)) co_return;
      written += piece.size();
    }
    (void)co_await responder.end();
  });
  HttpClientOptions options;
  options.buffer_bytes_max = 256u << 10;
  auto client = open_client(loop, options);
  HttpRequest request = get(server.url("/"));
  request.timeouts.idle = 200ms;  // Must not run while it is the reader who stands.
  const auto exchange = client->start(request);
  ASSERT_TRUE(loop.run(exchange->head()).has_value());
  std::size_t before = 0;
  do {  // Until the server is stuck.
    before = written;
    std::this_thread::sleep_for(300ms);
  } while (written != before);
  EXPECT_LT(written, kTotal) << "the server must have been stopped by the full buffers";

  std::size_t read = 0;
  std::size_t largest = 0;
  for (;;) {
    const Result<std::string> bytes = loop.run(exchange->read());
    ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
    if (bytes->empty()) break;
    largest = std::max(largest, bytes->size());
    for (const char byte : *bytes) ASSERT_EQ(byte, static_cast<char>(read++ % 251));
  }
  EXPECT_EQ(read, kTotal);
  EXPECT_LE(largest, options.buffer_bytes_max);
}

TEST(HttpClient, TwoHundredStreamsRunAtOnce) {
  Loop loop;
  std::atomic<int> open{0};
  TestServer server(loop, [&](ServerRequest request, Responder& responder) -> awaitable<void> {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    ++open;
    while (open < 200) {  // None ends before all have begun.
      pause.expires_after(1ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
    for (int i = 0; i < 50; ++i) {
      (void)co_await responder.write(request.path + ":" + std::to_string(i) + ";");
    }
    (void)co_await responder.end();
  });
  auto client = open_client(loop);
  std::vector<std::future<Response>> streams;
  for (int i = 0; i < 200; ++i) {
    streams.push_back(
        loop.spawn(receive(client->start(get(server.url("/s" + std::to_string(i)))))));
  }
  for (int i = 0; i < 200; ++i) {
    const Response response = streams[static_cast<std::size_t>(i)].get();
    std::string expected;
    for (int j = 0; j < 50; ++j)
      expected += "/s" + std::to_string(i) + ":" + std::to_string(j) + ";";
    ASSERT_EQ(response.error, std::nullopt);
    EXPECT_EQ(response.body, expected);
  }
}

TEST(HttpClient, CancellingManyStreamsFromOtherThreadsIsSafe) {
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  std::vector<std::shared_ptr<HttpExchange>> exchanges;
  std::vector<std::future<Response>> streams;
  for (int i = 0; i < 100; ++i) {
    exchanges.push_back(client->start(get(server.url("/"))));
    streams.push_back(loop.spawn(receive(exchanges.back())));
  }
  std::vector<std::thread> threads;
  for (std::size_t part = 0; part < 4; ++part) {
    threads.emplace_back([&, part] {
      for (std::size_t i = part; i < exchanges.size(); i += 4) exchanges[i]->cancel();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (auto& stream : streams) EXPECT_EQ(stream.get().error->code, ErrorCode::kCancelled);
  EXPECT_TRUE(eventually([&] { return peer.left == peer.begun; }));
}

TEST(HttpClient, GoesThroughTheProxyOfTheEnvironmentButNotToThisMachine) {
  OneShotPeer proxy("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  Loop loop;
  TestServer server(loop, mirror);
  auto client = open_client(loop);
  EXPECT_EQ(fetch(loop, *client, get(server.url("/"))).head.status, 201);
  EXPECT_EQ(fetch(loop, *client, get("http://provider.invalid/v1")).body, "proxied");
  ::unsetenv("http_proxy");
  EXPECT_TRUE(proxy.request().starts_with("GET http://provider.invalid/v1 HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace tactus::net
