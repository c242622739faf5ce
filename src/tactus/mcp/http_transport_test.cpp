// Servers behind a URL, and what goes wrong with them.
#include <tactus/mcp/mcp_test_support.hpp>
#include <tactus/net/net_test_support.hpp>

namespace tactus::mcp {
namespace {

using namespace testing_support;
using net::Responder;
using net::ServerRequest;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::string kWelcome =
    R"({"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"s"}})";

// Named, because GCC 12 takes no initializer list inside a co_await expression.
const net::Headers kEvents = {{"Content-Type", "text/event-stream"}};

std::string sse(const std::string& data, const std::string& id = "") {
  return (id.empty() ? "" : "id: " + id + "\n") + "data: " + data + "\n\n";
}

// A server that shakes hands by itself and leaves calls and GETs to the test.
class HttpServerTest : public ClientTest {
 protected:
  using Answer = std::function<awaitable<void>(ServerRequest, std::int64_t id, Responder&)>;

  Client& connect(Answer answer) {
    answer_ = std::move(answer);
    ServerConfig config;
    config.name = "s";
    config.url = server_.url("/mcp");
    config.headers = {{"Authorization", "Bearer secret-token"}};
    Client& client = open(std::move(config));
    const auto connected = loop_.run(client.connect());
    EXPECT_TRUE(connected) << to_string(connected.error());
    return client;
  }

  awaitable<void> serve(ServerRequest request, Responder& responder) {
    note(request);
    if (request.method == "GET" && answer_get_)
      co_return co_await answer_get_(request, 0, responder);
    net::ServerResponse response;
    response.status = request.method == "GET" ? 405 : 200;
    const Json message = request.body.empty() ? Json(nullptr) : *parse_json(request.body);
    const std::int64_t id = int_member(message, "id");
    if (string_member(message, "method") == "initialize") {
      response.headers = {{"Content-Type", "application/json"}, {"Mcp-Session-Id", "abc"}};
      response.body = result(static_cast<int>(id), kWelcome);
    } else if (id != 0) {
      co_return co_await answer_(request, id, responder);
    } else if (request.method == "POST") {
      response.status = 202;
    }
    (void)co_await responder.send(response);
  }

  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  Answer answer_, answer_get_;

 private:
  void note(const ServerRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(fmt::format("{} auth={} session={} version={} last={} {}", request.method,
                                    request.header("authorization").value_or("-"),
                                    request.header("mcp-session-id").value_or("-"),
                                    request.header("mcp-protocol-version").value_or("-"),
                                    request.header("last-event-id").value_or("-"), request.body));
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
  net::testing_support::Loop server_loop_{1};
  net::testing_support::TestServer server_{
      server_loop_, [this](ServerRequest request, Responder& responder) -> awaitable<void> {
        co_await serve(std::move(request), responder);
      }};
};

awaitable<void> answer_json(ServerRequest, std::int64_t id, Responder& responder) {
  net::ServerResponse response;
  response.headers = {{"Content-Type", "application/json"}};
  response.body = result(static_cast<int>(id), text_content("ok"));
  (void)co_await responder.send(response);
}

TEST_F(HttpServerTest, SendsItsHeadersItsSessionAndItsRevisionAndSaysGoodbye) {
  Client& client = connect(answer_json);
  EXPECT_EQ(call("x").value(), Json("ok"));
  loop_.run(client.close());
  const auto seen = requests();
  EXPECT_THAT(seen.front(), HasSubstr("POST auth=Bearer secret-token session=- version=- last=-"));
  EXPECT_THAT(seen[1], AllOf(HasSubstr("session=abc"), HasSubstr("notifications/initialized")));
  const std::string head = "auth=Bearer secret-token session=abc version=2025-11-25 last=- ";
  EXPECT_THAT(seen, Contains(AllOf(HasSubstr("POST " + head), HasSubstr("tools/call"))));
  EXPECT_EQ(seen.back(), "DELETE " + head);
}

TEST_F(HttpServerTest, ReadsAnswersThatAreStreams) {
  connect([](ServerRequest, std::int64_t id, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, kEvents);
    const std::string progress =
        sse(R"({"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":2,)"
            R"("progress":1,"total":2}})");
    (void)co_await responder.write(progress);
    const std::string answer = sse(result(static_cast<int>(id), text_content("streamed")));
    (void)co_await responder.write(answer);
    (void)co_await responder.end();
  });
  std::vector<double> fractions;
  const auto value = call("x", 5s, [&](std::string, std::optional<double> fraction) {
    fractions.push_back(fraction.value_or(-1));
  });
  EXPECT_EQ(value.value(), Json("streamed"));
  EXPECT_EQ(fractions, std::vector<double>{0.5});
}

TEST_F(HttpServerTest, TakesUpAStreamThatEndedBeforeItsAnswer) {
  answer_get_ = [](ServerRequest request, std::int64_t, Responder& responder) -> awaitable<void> {
    if (request.header("last-event-id") != "e1") {
      net::ServerResponse refusal;
      refusal.status = 405;
      (void)co_await responder.send(refusal);
      co_return;
    }
    (void)co_await responder.begin(200, kEvents);
    const std::string answer = sse(result(2, text_content("later")), "e2");
    (void)co_await responder.write(answer);
    (void)co_await responder.end();
  };
  connect([](ServerRequest, std::int64_t, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, kEvents);
    (void)co_await responder.write("id: e1\nretry: 10\ndata:\n\n");
    (void)co_await responder.end();
  });
  EXPECT_EQ(call("x").value(), Json("later"));
}

TEST_F(HttpServerTest, AStreamThatEndsWithoutItsAnswerIsAnError) {
  connect([](ServerRequest, std::int64_t, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, kEvents);
    (void)co_await responder.write(": nothing\n\n");
    responder.abort();
  });
  const Error error = call("x").error();
  EXPECT_EQ(error.code, ErrorCode::kToolFailed);
  EXPECT_THAT(error.message, HasSubstr("before the result was in it"));
}

TEST_F(HttpServerTest, HearsWhatTheServerSaysUnasked) {
  answer_get_ = [](ServerRequest, std::int64_t, Responder& responder) -> awaitable<void> {
    (void)co_await responder.begin(200, kEvents);
    const std::string changed =
        sse(R"({"jsonrpc":"2.0","method":"notifications/tools/list_changed"})");
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (!responder.client_left()) {
      if (!co_await responder.write(changed)) co_return;
      timer.expires_after(5ms);
      (void)co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  };
  auto count = std::make_shared<std::atomic<int>>(0);
  Client& client =
      connect([count](ServerRequest, std::int64_t id, Responder& responder) -> awaitable<void> {
        net::ServerResponse response;
        response.headers = {{"Content-Type", "application/json"}};
        response.body = result(static_cast<int>(id),
                               fmt::format(R"({{"tools":[{{"name":"t{}"}}]}})", ++*count));
        (void)co_await responder.send(response);
      });
  const auto ask = [&] { return loop_.run(client.tools()).value()->front().name; };
  EXPECT_EQ(ask(), "t1");
  EXPECT_TRUE(net::testing_support::eventually([&] { return ask() != "t1"; }));
}

TEST_F(HttpServerTest, RefusalsSayWhatToDo) {
  int status = 401;
  std::string body = "who are you";
  connect([&](ServerRequest, std::int64_t, Responder& responder) -> awaitable<void> {
    net::ServerResponse response;
    response.status = status;
    response.body = body;
    (void)co_await responder.send(response);
  });
  Error error = call("x").error();
  EXPECT_THAT(error.message, HasSubstr("HTTP status 401: who are you"));
  EXPECT_THAT(error.hint, HasSubstr("`headers`"));
  status = 400;
  body = R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bearer secret-token?"}})";
  error = call("x").error();
  EXPECT_THAT(error.message, HasSubstr("HTTP status 400: …? (-32000)")) << "no header is repeated";
  status = 404;
  EXPECT_FALSE(client_->closed());
  error = call("x").error();
  EXPECT_THAT(error.message, HasSubstr("ended the session"));
  EXPECT_TRUE(client_->closed()) << "the next turn begins another one";
}

TEST_F(HttpServerTest, AnswersThatAreNoneAreErrors) {
  connect([](ServerRequest, std::int64_t, Responder& responder) -> awaitable<void> {
    net::ServerResponse response;
    response.headers = {{"Content-Type", "text/html"}};
    response.body = "<html>Hello</html>";
    (void)co_await responder.send(response);
  });
  EXPECT_THAT(call("x").error().message, HasSubstr("no MCP message: <html>Hello"));
}

TEST_F(HttpServerTest, AServerThatHangsIsNotWaitedFor) {
  net::testing_support::asio::steady_timer::duration forever = 3s;
  Client& client = connect([=](ServerRequest, std::int64_t, Responder&) -> awaitable<void> {
    asio::steady_timer timer(co_await asio::this_coro::executor, forever);
    (void)co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  });
  EXPECT_EQ(call("x", 100ms).error().code, ErrorCode::kToolTimeout);
  loop_.run(client.close());
}

TEST_F(ClientTest, AnAddressWhereNobodyListensIsNamed) {
  ServerConfig config;
  config.name = "s";
  config.url = "http://127.0.0.1:1/mcp?key=secret";
  const Error error = refusal(config);
  EXPECT_EQ(error.code, ErrorCode::kMcpConnect);
  EXPECT_THAT(error.message, AllOf(HasSubstr("'s' cannot be used"), HasSubstr("127.0.0.1")));
  EXPECT_EQ(error.message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tactus::mcp
