// What the tests of the mock provider share: requests are made over real HTTP, with blocking
// sockets from the test's thread.
#pragma once

#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_model.hpp>
#include <tactus/llm/mock/mock_provider.hpp>
#include <tactus/net/sse_decoder.hpp>

namespace tactus::llm::mock {
namespace testing_support {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

// A piece of a body and when it came.
struct Piece {
  std::string bytes;
  Steady::time_point at;
};

struct Answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
  bool whole = false;  // The body ended as HTTP says it should.
  std::vector<Piece> pieces;
};

// One connection for one request. `read_more` returns false at the end.
class Client {
 public:
  Client(std::uint16_t port, std::string_view method, std::string_view target,
         std::string_view body)
      : socket_(io_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    http::request<http::string_body> request(http::string_to_verb(method), target, 11,
                                             std::string(body));
    request.set(http::field::host, "localhost");
    request.prepare_payload();
    http::write(socket_, request);
    parser_.body_limit(boost::none);
    parser_.eager(true);
    boost::system::error_code error;
    http::read_header(socket_, buffer_, parser_, error);
    if (error) return;
    answer_.status = static_cast<int>(parser_.get().result_int());
    for (const auto& field : parser_.get())
      answer_.headers[std::string(field.name_string())] = field.value();
    take();
  }

  bool read_more() {
    if (answer_.status == 0 || parser_.is_done()) {
      answer_.whole = answer_.status != 0;
      return false;
    }
    boost::system::error_code error;
    http::read_some(socket_, buffer_, parser_, error);
    take();
    if (error) return false;
    return true;
  }

  Answer read_all() {
    while (read_more()) {
    }
    answer_.body = body();
    return answer_;
  }

  const std::string& body() const { return parser_.get().body(); }
  void leave() { socket_.close(); }
  asio::ip::tcp::socket& socket() { return socket_; }

 private:
  void take() {
    if (body().size() == taken_) return;
    answer_.pieces.push_back({body().substr(taken_), Steady::now()});
    taken_ = body().size();
  }

  asio::io_context io_;
  asio::ip::tcp::socket socket_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  Answer answer_;
  std::size_t taken_ = 0;
};

// What the deltas of a stream add up to.
struct Heard {
  std::string text, reasoning, finish_reason, error;
  std::map<std::int64_t, std::string> names, arguments, ids;
  std::optional<Json> usage;
  std::size_t contents = 0;
  std::size_t argument_pieces = 0;
  bool role_first = false;
  bool done = false;
};

inline Heard hear(std::string_view body) {
  Heard out;
  net::SseDecoder decoder;
  const auto events = decoder.push(body);
  EXPECT_TRUE(events.has_value());
  bool first = true;
  for (const net::SseEvent& event : *events) {
    EXPECT_FALSE(out.done) << "nothing follows [DONE]";
    if (event.data == "[DONE]") {
      out.done = true;
      continue;
    }
    const auto chunk = parse_json(event.data);
    EXPECT_TRUE(chunk.has_value()) << event.data;
    if (!chunk) continue;
    if (const Json* error = find_member(*chunk, "error")) {
      out.error = string_member(*error, "message");
      continue;
    }
    EXPECT_EQ(string_member(*chunk, "object"), "chat.completion.chunk");
    if (const Json* usage = find_member(*chunk, "usage"); usage && usage->is_object())
      out.usage = *usage;
    for (const Json& choice : chunk->at("choices").as_array()) {
      const Json& delta = choice.at("delta");
      if (first) out.role_first = string_member(delta, "role") == "assistant";
      first = false;
      const std::string_view text = string_member(delta, "content");
      out.text += text;
      out.contents += text.empty() ? 0 : 1;
      out.reasoning += string_member(delta, "reasoning_content");
      if (const std::string_view reason = string_member(choice, "finish_reason"); !reason.empty())
        out.finish_reason = reason;
      const Json* calls = find_member(delta, "tool_calls");
      if (!calls) continue;
      for (const Json& call : calls->as_array()) {
        const std::int64_t index = int_member(call, "index", -1);
        if (const std::string_view id = string_member(call, "id"); !id.empty()) out.ids[index] = id;
        const Json& function = call.at("function");
        if (const std::string_view name = string_member(function, "name"); !name.empty())
          out.names[index] = name;
        const std::string_view piece = string_member(function, "arguments");
        out.arguments[index] += piece;
        out.argument_pieces += piece.empty() ? 0 : 1;
      }
    }
  }
  return out;
}

inline Json streaming(std::string_view prompt) {
  JsonArray messages;
  messages.push_back(JsonObject{{"role", "user"}, {"content", prompt}});
  return JsonObject{{"model", "demo"},
                    {"messages", std::move(messages)},
                    {"stream", true},
                    {"stream_options", JsonObject{{"include_usage", true}}}};
}

inline Json with(Json body, const char* key, Json value) {
  body.as_object()[key] = std::move(value);
  return body;
}

class MockProviderTest : public ::testing::Test {
 protected:
  void start(MockOptions options) {
    auto started = MockProvider::start(io_.get_executor(), std::move(options));
    ASSERT_TRUE(started) << to_string(started.error());
    provider_ = std::move(*started);
    for (std::thread& thread : threads_) {
      if (!thread.joinable()) thread = std::thread([this] { io_.run(); });
    }
  }

  void TearDown() override {
    if (provider_) asio::co_spawn(io_, provider_->stop(), asio::use_future).get();
    work_.reset();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    provider_.reset();
  }

  Client open(const Json& body) {
    return Client(provider_->port(), "POST", "/v1/chat/completions", dump_json(body));
  }
  Answer post(const Json& body) { return open(body).read_all(); }
  Answer get(std::string_view path) {
    return Client(provider_->port(), "GET", path, "").read_all();
  }

  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(io_);
  std::array<std::thread, 2> threads_;
  std::unique_ptr<MockProvider> provider_;
};

inline const Json kStory = streaming("Tell me a story about a fox.");

}  // namespace testing_support
}  // namespace tactus::llm::mock
