// Requests and their answers.
#include <tactus/net/net_test_support.hpp>

namespace tactus::net {
namespace {

using namespace testing_support;

constexpr std::string_view kGet = "GET /hello?name=x HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view kGetAndClose = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

// Answers with what it understood of the request.
awaitable<void> echo(ServerRequest request, Responder& responder) {
  std::string body = request.method + " " + request.path + " " +
                     request.query_value("name").value_or("-") + " " + request.body;
  ServerResponse response{200, {{"Content-Type", "text/plain"}}, std::move(body)};
  (void)co_await responder.send(std::move(response));
}

TEST(HttpServer, AnswersARequestWithItsDecodedParts) {
  Loop loop;
  TestServer server(loop, echo);
  RawClient client(server.port());
  client.write("POST /a%20b?name=%C3%B6 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
  const std::string answer = client.read_until("body");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_NE(answer.find("Content-Length: 17\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST /a b ö body")) << answer;
}

TEST(HttpServer, TellsHeadersByAnyCaseAndQueriesInOrder) {
  Loop loop;
  TestServer server(loop, [](ServerRequest request, Responder& responder) -> awaitable<void> {
    std::string text = std::string(request.header("X-Token").value_or("none"));
    for (const auto& [key, value] : request.query) text += " " + key + "=" + value;
    for (const auto& [key, value] : request.headers) text += " " + key;
    const ServerResponse response{200, {}, text};
    (void)co_await responder.send(response);
  });
  RawClient client(server.port());
  client.write("GET /?b=1&a=2&b=3 HTTP/1.1\r\nHost: h\r\nx-TOKEN: t\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nt b=1 a=2 b=3 host x-token connection"));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  Loop loop;
  TestServer server(loop, echo);
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
  }
  client.write(requests + std::string(kGetAndClose));
  const std::string answers = client.read_all();
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 51u);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("GET /" + std::to_string(i) + " -", at);
    ASSERT_NE(at, std::string::npos) << "answer " << i;
  }
}

TEST(HttpServer, KeepsARequestThatArrivesWhileTheOneBeforeStreams) {
  Loop loop;
  TestServer server(loop, [](ServerRequest request, Responder& responder) -> awaitable<void> {
    if (request.path == "/second") {
      const ServerResponse response{200, {}, "second answer"};
      (void)co_await responder.send(response);
      co_return;
    }
    (void)co_await responder.begin(200, {});
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int i = 0; i < 20; ++i) {
      (void)co_await responder.write("x");
      pause.expires_after(1ms);
      co_await pause.async_wait(asio::use_awaitable);
    }
    (void)co_await responder.end();
  });
  RawClient client(server.port());
  client.write("GET /first HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string head = client.read_until("\r\n\r\n");
  client.write("GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string rest = head + client.read_until("second answer");
  EXPECT_EQ(count(rest, "1\r\nx\r\n"), 20u);
  EXPECT_LT(rest.find("0\r\n\r\nHTTP/1.1 200 OK"), rest.find("second answer"));
}

TEST(HttpServer, TakesARequestInSingleBytesAndAChunkedBody) {
  Loop loop;
  TestServer server(loop, echo);
  RawClient client(server.port());
  client.socket().set_option(tcp::no_delay(true));
  for (const char byte :
       std::string_view("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
                        "\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")) {
    client.write(std::string_view(&byte, 1));
  }
  EXPECT_TRUE(client.read_until("abcde").ends_with("POST /x - abcde"));
}

TEST(HttpServer, SaysContinueToAClientThatAsksBeforeItSendsTheBody) {
  Loop loop;
  TestServer server(loop, echo);
  RawClient client(server.port());
  client.write("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.write("abc");
  EXPECT_TRUE(client.read_until("abc").ends_with("POST / - abc"));
}

TEST(HttpServer, AnswersHeadWithTheHeadAlone) {
  Loop loop;
  TestServer server(loop, echo);
  RawClient client(server.port());
  client.write("HEAD /abc HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kGetAndClose));
  const std::string answers = client.read_all();
  EXPECT_NE(answers.find("Content-Length: 12\r\n"), std::string::npos) << answers;
  EXPECT_EQ(answers.find("HEAD /abc"), std::string::npos) << answers;
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 2u);
}

TEST(HttpServer, StreamsOnlyTheHeadToAHeadRequestAndKeepsTheConnection) {
  Loop loop;
  std::promise<ErrorCode> outcome;
  TestServer server(loop, [&](ServerRequest request, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    const Result<void> written = co_await responder.write("text");
    if (request.method == "HEAD")
      outcome.set_value(written ? ErrorCode::kInternal : written.error().code);
    (void)co_await responder.end();
  });
  RawClient client(server.port());
  client.write("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kGetAndClose));
  const std::string answers = client.read_all();
  EXPECT_EQ(outcome.get_future().get(), ErrorCode::kDisconnected);
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 2u) << answers;
  EXPECT_EQ(count(answers, "text"), 1u) << answers;
}

TEST(HttpServer, StreamsToAnHttp10ClientWithoutChunks) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, {});
    (void)co_await responder.write("one,");
    (void)co_await responder.write("two");
    (void)co_await responder.end();
  });
  RawClient client(server.port());
  client.write("GET / HTTP/1.0\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_TRUE(answer.ends_with("\r\n\r\none,two")) << answer;
  EXPECT_EQ(answer.find("chunked"), std::string::npos);
}

TEST(HttpServer, RefusesMalformedRequestsWithAStatusThatFits) {
  Loop loop;
  ServerOptions options;
  options.body_bytes_max = 1000;
  options.header_bytes_max = 2000;
  TestServer server(loop, echo, options);
  const std::string big(4000, 'a');
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"hello\r\n\r\n", "400"},
      {"GET / HTTP/3.7\r\n\r\n", "400"},
      {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nbad header\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "400"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
      {"GET / HTTP/1.1\r\nX: " + big + "\r\n\r\n", "431"},
      {"GET /" + big + " HTTP/1.1\r\n\r\n", "431"},
      {"POST / HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", "413"},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" + big, "413"},
      {"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", "413"},
  };
  for (const auto& [request, status] : cases) {
    RawClient client(server.port());
    client.write(request);
    const std::string answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status)) << request.substr(0, 60) << "\n"
                                                          << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("{\"error\":{\"code\":"), std::string::npos);
  }
}

TEST(HttpServer, ARefusalReachesAClientThatIsStillSending) {
  Loop loop;
  ServerOptions options;
  options.body_bytes_max = 1000;
  TestServer server(loop, echo, options);
  RawClient client(server.port());
  client.write("POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n");
  client.write(std::string(500'000, 'x'));
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 413"));
}

TEST(HttpServer, EndsASlowRequestWith408) {
  Loop loop;
  ServerOptions options;
  options.slow_request = 200ms;
  TestServer server(loop, echo, options);
  RawClient client(server.port());
  client.write("GET / HTTP/1.1\r\nHost: h\r\n");
  std::atomic<bool> done{false};
  std::thread drip([&] {  // A byte now and then must not extend the time.
    while (!done && client.write("X")) std::this_thread::sleep_for(20ms);
  });
  const auto start = std::chrono::steady_clock::now();
  const std::string answer = client.read_until("}}");
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
  done = true;
  drip.join();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 408")) << answer;
}

TEST(HttpServer, ClosesAnIdleConnectionSilently) {
  Loop loop;
  ServerOptions options;
  options.keep_alive = 200ms;
  TestServer server(loop, echo, options);
  RawClient never(server.port());
  RawClient once(server.port());
  once.write(kGet);
  EXPECT_EQ(never.read_all(), "");
  EXPECT_EQ(count(once.read_all(), "HTTP/1.1"), 1u);
}

TEST(HttpServer, RefusesConnectionsBeyondTheBoundAndServesAgainLater) {
  Loop loop;
  ServerOptions options;
  options.connections_max = 2;
  TestServer server(loop, echo, options);
  auto first = std::make_unique<RawClient>(server.port());
  RawClient second(server.port());
  for (RawClient* client : {first.get(), &second}) {
    client->write(kGet);
    EXPECT_TRUE(client->read_until("GET /hello").starts_with("HTTP/1.1 200"));
  }
  RawClient third(server.port());
  third.write(kGet);
  const std::string refusal = third.read_all();
  EXPECT_TRUE(refusal.starts_with("HTTP/1.1 503")) << refusal;
  EXPECT_NE(refusal.find("Retry-After: 1\r\n"), std::string::npos);
  third.close();
  first->close();
  EXPECT_TRUE(eventually([&] {
    RawClient again(server.port());
    again.write(kGetAndClose);
    return again.read_all().starts_with("HTTP/1.1 200");
  }));
}

TEST(HttpServer, MakesAnExceptionAndAMissingAnswerA500) {
  Loop loop;
  TestServer server(loop, [](ServerRequest request, Responder&) -> awaitable<void> {
    if (request.path == "/throw") throw std::runtime_error("on purpose");
    co_return;
  });
  for (const char* path : {"/throw", "/nothing"}) {
    RawClient client(server.port());
    client.write(std::string("GET ") + path + " HTTP/1.1\r\nConnection: close\r\n\r\n");
    const std::string answer = client.read_all();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 500")) << answer;
    EXPECT_EQ(answer.find("on purpose"), std::string::npos) << "internals must not leak";
  }
}

TEST(HttpServer, AHeaderValueCannotStartAnotherHeader) {
  Loop loop;
  TestServer server(loop, [](ServerRequest, Responder& responder) -> awaitable<void> {
    const ServerResponse response{
        200, {{"X-Name", "a\r\nSet-Cookie: b"}, {"Content-Length", "9"}}, "body"};
    (void)co_await responder.send(response);
  });
  RawClient client(server.port());
  client.write(kGetAndClose);
  const std::string answer = client.read_all();
  EXPECT_NE(answer.find("X-Name: a  Set-Cookie: b\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_EQ(count(answer, "Content-Length"), 1u);
}

TEST(HttpServer, APortInUseAndABadHostAreErrorsWithAHint) {
  Loop loop;
  TestServer server(loop, echo);
  ServerOptions taken;
  taken.port = server.port();
  const auto second = HttpServer::listen(loop.executor(), taken, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kPortInUse);
  EXPECT_NE(second.error().hint.find("--port"), std::string::npos);
  EXPECT_NE(second.error().message.find(std::to_string(server.port())), std::string::npos);

  ServerOptions bad;
  bad.host = "not a host";
  const auto third = HttpServer::listen(loop.executor(), bad, echo);
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error().code, ErrorCode::kConfig);
}

TEST(HttpServer, ServesManyConnectionsAtOnce) {
  Loop loop;
  TestServer server(loop, echo);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
  for (auto& client : clients) client->write(kGet);
  for (auto& client : clients) {
    EXPECT_TRUE(client->read_until("GET /hello x").starts_with("HTTP/1.1 200"));
  }
}

}  // namespace
}  // namespace tactus::net
