// The HTTP client with many exchanges, much data and several threads at once.
#include <tactus/net/http_client_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;

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
  request.timeouts.idle = 800ms;  // Must not run while it is the reader who stands.
  const auto exchange = client->start(request);
  ASSERT_TRUE(loop.run(exchange->head()).has_value());
  std::size_t before = 0;
  do {  // Until the server is stuck.
    before = written;
    std::this_thread::sleep_for(1s);
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

}  // namespace
}  // namespace tactus::net
