#include <boost/asio/experimental/awaitable_operators.hpp>

#include <tactus/net/http_client_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;

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
    const ServerResponse response{200, {}, std::move(request.body)};
    (void)co_await responder.send(response);
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

// Cancels a stream that a task waits for; returns how long it took until the peer saw its socket
// closed and the exchange told so, whichever was later.
std::chrono::steady_clock::duration time_of_cancelling() {
  using Steady = std::chrono::steady_clock;
  Loop loop;
  Stalling peer;
  TestServer server(loop, peer.handler());
  auto client = open_client(loop);
  const auto exchange = client->start(get(server.url("/")));
  EXPECT_TRUE(loop.run(exchange->head()).has_value());
  EXPECT_EQ(loop.run(exchange->read()).value(), "begun");
  EXPECT_EQ(exchange->closed_at(), std::nullopt);
  auto waiting = loop.spawn(exchange->read());

  const Steady::time_point start = Steady::now();
  exchange->cancel();
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
  EXPECT_EQ(waiting.get().error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(eventually([&] { return exchange->closed_at().has_value(); }));
  const Steady::time_point closed_at = exchange->closed_at().value_or(Steady::time_point::max());
  EXPECT_GE(closed_at, start);
  exchange->cancel();
  EXPECT_EQ(loop.run(exchange->read()).error().code, ErrorCode::kCancelled);
  EXPECT_EQ(loop.run(exchange->head()).error().code, ErrorCode::kCancelled);
  return std::max(Steady::duration(peer.left_at - start.time_since_epoch().count()),
                  closed_at - start);
}

TEST(HttpClient, CancellingClosesThePeersSocketWithin50Milliseconds) {
  // A busy machine may exceed it now and then; a client that waits for something always does.
  auto fastest = std::chrono::steady_clock::duration::max();
  for (int attempt = 0; attempt < 10 && fastest >= 50ms; ++attempt) {
    fastest = std::min(fastest, time_of_cancelling());
  }
  EXPECT_LT(fastest, 50ms);
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
  request.timeouts.idle = 500ms;  // Enough for "begun" to arrive on a busy machine.
  const auto start = std::chrono::steady_clock::now();
  const Response response = fetch(loop, *client, request);
  const auto taken = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(response.error.has_value());
  EXPECT_EQ(response.error->code, ErrorCode::kProviderStream);
  EXPECT_NE(response.error->message.find("idle timeout"), std::string::npos)
      << response.error->message;
  EXPECT_EQ(response.error->message.find("s3cret"), std::string::npos);
  EXPECT_EQ(response.body, "begun") << "what arrived before is not lost";
  EXPECT_GE(taken, 500ms);
  EXPECT_LT(taken, kPatience);
  EXPECT_TRUE(eventually([&] { return peer.left == 1; }));
}

TEST(HttpClient, AStreamThatKeepsSendingOutlivesTheIdleTimeout) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    for (int i = 0; i < 20; ++i) {  // Longer in all than the timeouts, each pause far shorter.
      pause.expires_after(100ms);
      co_await pause.async_wait(asio::use_awaitable);
      (void)co_await responder.write("x");
    }
    (void)co_await responder.end();
  });
  auto client = open_client(loop);
  HttpRequest request = get(server.url("/"));
  request.timeouts.idle = 1500ms;
  request.timeouts.first_byte = 1500ms;
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
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
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

TEST(HttpClient, GoesThroughTheProxyOfTheEnvironmentButNotToThisMachine) {
  OneShotPeer proxy("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nproxied");
  ::setenv("http_proxy", proxy.url("").c_str(), 1);
  Loop loop;
  TestServer server(loop, mirror);
  auto client = open_client(loop);
  EXPECT_EQ(fetch(loop, *client, get(server.url("/"))).head.status, 201);
  HttpRequest near = get("http://169.254.170.2/");  // Of this machine's own network link.
  near.refuse_link_local = true;                    // Told by who would connect to it.
  const Response refused = fetch(loop, *client, near);
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, ErrorCode::kNetworkDenied);
  EXPECT_EQ(fetch(loop, *client, get("http://provider.invalid/v1")).body, "proxied");
  ::unsetenv("http_proxy");
  EXPECT_TRUE(proxy.request().starts_with("GET http://provider.invalid/v1 HTTP/1.1\r\n"));
}

}  // namespace
}  // namespace tactus::net
