// Connections that last: streams, slow readers, clients that leave, a server that stops.
#include <tactus/net/net_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;

constexpr std::string_view kGet = "GET /hello?name=x HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetAndClose = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

// Streams "one", "two" … until the client leaves; tells `left` when it does.
struct Endless {
  std::atomic<int> begun{0};
  std::atomic<int> left{0};
  std::atomic<int> callbacks{0};

  Handler handler() {
    return [this](ServerRequest, Responder& responder) -> awaitable<void> {
      auto leave = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                        asio::steady_timer::time_point::max());
      responder.on_client_left([this, leave] {
        ++callbacks;
        leave->cancel();
      });
      const Headers headers = {{"Content-Type", "text/event-stream"}};
      (void)co_await responder.begin(200, headers);
      (void)co_await responder.write("data: one\n\n");
      ++begun;
      while (!responder.client_left()) {
        (void)co_await leave->async_wait(asio::as_tuple(asio::use_awaitable));
      }
      ++left;
    };
  }
};

TEST(HttpServerStream, AStreamThatFailsIsCutNotEnded) {
  Loop loop;
  TestServer server(loop, [](ServerRequest request, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    (void)co_await responder.write("part");
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    if (request.path == "/abort") responder.abort();
  });
  for (const char* path : {"/throw", "/abort", "/forgot"}) {
    RawClient client(server.port());
    client.write(std::string("GET ") + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string answer = client.read_all();
    EXPECT_TRUE(answer.ends_with("4\r\npart\r\n")) << path << answer;
  }
}

TEST(HttpServerStream, HeadAndPiecesOfAStreamArriveOneByOne) {
  Loop loop;
  std::atomic<int> allowed{0};
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer poll(co_await asio::this_coro::executor);
    (void)co_await responder.begin(200, {});
    for (int i = 1; i <= 3; ++i) {
      while (allowed < i) {
        poll.expires_after(1ms);
        co_await poll.async_wait(asio::use_awaitable);
      }
      (void)co_await responder.write("piece" + std::to_string(i));
    }
    (void)co_await responder.end();
  });
  RawClient client(server.port());
  client.write(kGet);
  EXPECT_TRUE(client.read_until("\r\n\r\n").ends_with("Transfer-Encoding: chunked\r\n\r\n"));
  for (int i = 1; i <= 3; ++i) {
    allowed = i;
    std::string piece = client.read_some();
    EXPECT_TRUE(piece.starts_with("6\r\npiece" + std::to_string(i) + "\r\n")) << piece;
  }
}

TEST(HttpServerStream, NoticesAtOnceThatAStreamingClientLeaves) {
  Loop loop;
  Endless endless;
  TestServer server(loop, endless.handler());
  RawClient closes(server.port());
  RawClient resets(server.port());
  for (RawClient* client : {&closes, &resets}) {
    client->write(kGet);
    client->read_until("one");
  }
  ASSERT_TRUE(eventually([&] { return endless.begun == 2; }));
  EXPECT_EQ(endless.left, 0);
  const auto start = std::chrono::steady_clock::now();
  closes.close();
  resets.reset();
  EXPECT_TRUE(eventually([&] { return endless.left == 2; }));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s) << "far less than any timeout";
  EXPECT_EQ(endless.callbacks, 2);
}

TEST(HttpServerStream, NoticesAClientThatLeavesBeforeTheAnswerBegins) {
  Loop loop;
  std::promise<void> waiting;
  std::promise<ErrorCode> outcome;
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    asio::steady_timer leave(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    responder.on_client_left([&] { leave.cancel(); });
    waiting.set_value();
    (void)co_await leave.async_wait(asio::as_tuple(asio::use_awaitable));
    const Result<void> begun = co_await responder.begin(200, {});
    outcome.set_value(begun ? ErrorCode::kInternal : begun.error().code);
  });
  RawClient client(server.port());
  client.write(kGet);
  waiting.get_future().wait();
  client.close();
  EXPECT_EQ(outcome.get_future().get(), ErrorCode::kDisconnected);
}

TEST(HttpServerStream, AWriteWaitsForASlowReaderAndCutsOneThatStands) {
  Loop loop;
  ServerOptions options;
  options.stalled_write = 1s;
  std::atomic<std::size_t> written{0};
  std::promise<ErrorCode> outcome;
  TestServer server(
      loop,
      [&](ServerRequest, Responder& responder) -> awaitable<void> {
        (void)co_await responder.begin(200, {});
        const std::string piece(1 << 20, 'x');
        for (;;) {
          const Result<void> done = co_await responder.write(piece);
          if (!done) {
            outcome.set_value(done.error().code);
            co_return;
          }
          written += piece.size();
        }
      },
      options);
  RawClient client(server.port());
  // A fixed size: the kernel would let the buffer of a fast reader grow to its own maximum.
  client.socket().set_option(asio::socket_base::receive_buffer_size(256 << 10));
  client.write(kGet);
  std::size_t read = 0;
  while (read < (32u << 20)) {  // A reader that reads is served.
    const std::size_t size = client.read_some().size();
    ASSERT_GT(size, 0u) << "cut after " << read << " bytes";
    read += size;
  }
  auto failure = outcome.get_future();
  ASSERT_EQ(failure.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(failure.get(), ErrorCode::kDisconnected);
  EXPECT_LT(written, 64u << 20) << "the kernel's buffers bound what a standing reader can hold";
}

TEST(HttpServerStream, SendsALargeAnswerWhole) {
  Loop loop;
  const std::string body(20 << 20, 'b');
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    const ServerResponse response{200, {}, body};
    (void)co_await responder.send(response);
  });
  RawClient client(server.port());
  client.write(kGetAndClose);
  const std::string answer = client.read_all();
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, body.size());
}

TEST(HttpServerStream, StoppingClosesIdleConnectionsAndLetsStreamsEnd) {
  Loop loop;
  std::atomic<int> ended{0};
  std::atomic<bool> begun{false};
  TestServer server(loop, [&](ServerRequest request, Responder& responder) -> awaitable<void> {
    if (request.path == "/idle") {
      const ServerResponse response{200, {}, "idle"};
      (void)co_await responder.send(response);
      co_return;
    }
    asio::steady_timer leave(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    responder.on_client_left([&] { leave.cancel(); });
    (void)co_await responder.begin(200, {});
    begun = true;
    (void)co_await leave.async_wait(asio::as_tuple(asio::use_awaitable));
    if (co_await responder.write("bye") && co_await responder.end()) ++ended;
  });
  RawClient idle(server.port());
  idle.write("GET /idle HTTP/1.1\r\n\r\n");
  idle.read_until("idle");
  RawClient streaming(server.port());
  streaming.write(kGet);
  ASSERT_TRUE(eventually([&] { return begun.load(); }));
  const auto start = std::chrono::steady_clock::now();
  server.stop(20s);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience) << "less than the grace time";
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_TRUE(streaming.read_all().ends_with("3\r\nbye\r\n0\r\n\r\n"));
}

TEST(HttpServerStream, StoppingCutsAfterTheGraceTimeWhatDoesNotEnd) {
  Loop loop;
  std::promise<void> begun;
  std::atomic<bool> failed{false};
  TestServer server(loop, [&](ServerRequest, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    begun.set_value();
    asio::steady_timer pause(co_await asio::this_coro::executor);
    while (co_await responder.write("x")) {
      pause.expires_after(1ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
    failed = true;
  });
  RawClient client(server.port());
  client.write(kGet);
  begun.get_future().wait();
  const auto start = std::chrono::steady_clock::now();
  server.stop(100ms);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
  EXPECT_TRUE(eventually([&] { return failed.load(); }));
  EXPECT_FALSE(client.read_all().ends_with("0\r\n\r\n"));
}

}  // namespace
}  // namespace tactus::net
