// The mock provider over real HTTP: requests are made with blocking sockets from the test's thread.
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
namespace {

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

Heard hear(std::string_view body) {
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

Json streaming(std::string_view prompt) {
  JsonArray messages;
  messages.push_back(JsonObject{{"role", "user"}, {"content", prompt}});
  return JsonObject{{"model", "demo"},
                    {"messages", std::move(messages)},
                    {"stream", true},
                    {"stream_options", JsonObject{{"include_usage", true}}}};
}

Json with(Json body, const char* key, Json value) {
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

const Json kStory = streaming("Tell me a story about a fox.");

TEST_F(MockProviderTest, StreamsTheDemoModelsReplyInTheWireFormat) {
  start({});
  Answer answer = post(kStory);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.whole);
  EXPECT_THAT(answer.headers["content-type"], HasSubstr("text/event-stream"));
  const Heard heard = hear(answer.body);
  const Reply reply = demo_reply(kStory);
  std::string text;
  for (const std::string& chunk : reply.chunks) text += chunk;
  EXPECT_EQ(heard.text, text);
  EXPECT_EQ(heard.contents, reply.chunks.size());
  EXPECT_TRUE(heard.role_first);
  EXPECT_TRUE(heard.done);
  EXPECT_EQ(heard.finish_reason, "stop");
  ASSERT_TRUE(heard.usage);
  EXPECT_EQ(int_member(*heard.usage, "prompt_tokens"), reply.prompt_tokens);
  EXPECT_EQ(int_member(*heard.usage, "total_tokens"),
            reply.prompt_tokens + reply.completion_tokens);
  EXPECT_EQ(provider_->requests_served(), 1u);
}

TEST_F(MockProviderTest, SendsUsageOnlyWhenAskedTo) {
  start({});
  Json body = kStory;
  body.as_object().erase("stream_options");
  const Heard heard = hear(post(body).body);
  EXPECT_FALSE(heard.usage);
  EXPECT_TRUE(heard.done);
}

TEST_F(MockProviderTest, GivesTheSameReplyInOnePiece) {
  start({});
  Json body = kStory;
  body.as_object()["stream"] = false;
  Answer answer = post(body);
  const Json whole = *parse_json(answer.body);
  EXPECT_EQ(string_member(whole, "object"), "chat.completion");
  const Json& choice = whole.at("choices").as_array()[0];
  EXPECT_EQ(string_member(choice.at("message"), "content"), hear(post(kStory).body).text);
  EXPECT_EQ(string_member(choice, "finish_reason"), "stop");
  EXPECT_GT(int_member(whole.at("usage"), "completion_tokens"), 100);
}

TEST_F(MockProviderTest, StreamsToolCallsInFragments) {
  start({});
  const Json tools = *parse_json(
      R"([{"type":"function","function":{"name":"area","description":"","parameters":{"type":"object",
      "properties":{"width":{"type":"number"},"height":{"type":"number"}},"required":["width","height"]}}}])");
  const Heard heard = hear(post(with(streaming("Area of 3 by 4?"), "tools", tools)).body);
  EXPECT_EQ(heard.names.at(0), "area");
  EXPECT_EQ(*parse_json(heard.arguments.at(0)), *parse_json(R"({"width":3,"height":4})"));
  EXPECT_GT(heard.argument_pieces, 1u);
  EXPECT_FALSE(heard.ids.at(0).empty());
  EXPECT_EQ(heard.finish_reason, "tool_calls");
}

TEST_F(MockProviderTest, ListsItsModelAndItsHealth) {
  start({});
  EXPECT_THAT(get("/v1/models").body, HasSubstr(R"("id":"demo")"));
  EXPECT_THAT(get("/health").body, HasSubstr(R"("status":"ok")"));
  EXPECT_EQ(get("/elsewhere").status, 404);
  EXPECT_EQ(get("/v1/chat/completions").status, 405);
}

TEST_F(MockProviderTest, RefusesWhatIsNoRequest) {
  start({});
  for (const char* body :
       {"", "{", "[]", "{}", R"({"messages":[]})",
        R"({"messages":[{"role":"user","content":"x"}],"x_tactus":{"fault":"nonsense"}})"}) {
    const Answer answer =
        Client(provider_->port(), "POST", "/v1/chat/completions", body).read_all();
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_FALSE(string_member(parse_json(answer.body)->at("error"), "message").empty());
  }
}

TEST_F(MockProviderTest, FollowsAScript) {
  start({.script_json = R"([
    "Plain text.",
    {"chunks":["a","bc"],"reasoning":"Hm, so.","usage":{"prompt_tokens":7,"completion_tokens":3,"cached_tokens":2},"finish":"length"},
    {"tool_calls":[{"name":"one","args":{"x":1}},{"name":"two","id":"call_2","args_chunks":["{\"y\"",":2}"]}]},
    {"data":{"ok":true}},
    {"error":{"status":429,"message":"slow down","retry_after":2}},
    {"chunks":["x","y","z"],"error":{"status":500,"message":"broke","after":2}},
    {"text":"Half of","truncate":true},
    {"text":"fine","expect":"magic word"}])"});
  Heard heard = hear(post(kStory).body);
  EXPECT_EQ(heard.text, "Plain text.");
  EXPECT_EQ(heard.contents, 2u);

  heard = hear(post(kStory).body);
  EXPECT_EQ(heard.text, "abc");
  EXPECT_EQ(heard.contents, 2u);
  EXPECT_EQ(heard.reasoning, "Hm, so.");
  EXPECT_EQ(heard.finish_reason, "length");
  EXPECT_EQ(int_member(*heard.usage, "total_tokens"), 10);
  EXPECT_EQ(int_member(heard.usage->at("prompt_tokens_details"), "cached_tokens"), 2);

  heard = hear(post(kStory).body);
  EXPECT_EQ(heard.names, (std::map<std::int64_t, std::string>{{0, "one"}, {1, "two"}}));
  EXPECT_EQ(heard.arguments,
            (std::map<std::int64_t, std::string>{{0, R"({"x":1})"}, {1, R"({"y":2})"}}));
  EXPECT_EQ(heard.ids.at(1), "call_2");
  EXPECT_EQ(heard.finish_reason, "tool_calls");

  EXPECT_EQ(hear(post(kStory).body).text, R"({"ok":true})");

  Answer answer = post(kStory);
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.headers["retry-after"], "2");
  EXPECT_THAT(answer.body, HasSubstr("slow down"));

  heard = hear(post(kStory).body);
  EXPECT_EQ(heard.text, "xy");
  EXPECT_EQ(heard.error, "broke");
  EXPECT_FALSE(heard.done);

  answer = post(kStory);
  heard = hear(answer.body);
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(heard.text, "Half of");
  EXPECT_EQ(heard.finish_reason, "");
  EXPECT_FALSE(heard.done);

  answer = post(kStory);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("magic word"));
  EXPECT_EQ(string_member(parse_json(answer.body)->at("error"), "code"), "script");

  answer = post(kStory);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("8 replies"));
}

TEST_F(MockProviderTest, TakesAReplyWithTheRequest) {
  start({});
  const Json own = *parse_json(R"({"reply":{"text":"As told."}})");
  EXPECT_EQ(hear(post(with(kStory, "x_tactus", own)).body).text, "As told.");
}

TEST_F(MockProviderTest, AReplyDoesNotMeetItsOwnExpectation) {
  start({});
  const auto answer = [&](const char* reply) {
    return post(with(kStory, "x_tactus", *parse_json(reply)));
  };
  EXPECT_EQ(answer(R"({"reply":{"text":"a","expect":"magic word"}})").status, 400);
  EXPECT_EQ(answer(R"({"reply":{"text":"a","expect":"\"role\":\"user\""}})").status, 200);
}

TEST(MockProviderScript, NamesTheReplyAndKeyThatAreWrong) {
  asio::io_context io;
  for (const auto& [script, part] : std::initializer_list<std::pair<const char*, const char*>>{
           {"{", "not JSON"},
           {"5", "list"},
           {R"(["a",7])", "reply 2"},
           {R"([{"txt":"a"}])", "'txt'"},
           {R"([{"chunks":"a"}])", "'chunks'"},
           {R"([{"error":{"status":200}}])", "error.status"},
           {R"([{"tool_calls":[{}]}])", "name"}}) {
    const auto started = MockProvider::start(io.get_executor(), {.script_json = script});
    ASSERT_FALSE(started) << script;
    EXPECT_EQ(started.error().code, ErrorCode::kConfig);
    EXPECT_THAT(started.error().message, HasSubstr(part));
  }
}

// How a paced reply came: how late its last token was, and in how many pieces it arrived.
struct Paced {
  milliseconds lateness{0};
  std::size_t pieces = 0;
};

// Judges a reply of one token every 5 ms that was asked for at `begin`: token number i is due
// i·5 ms after that, and never comes before.
Paced judge_pace(const Answer& answer, Steady::time_point begin) {
  Paced paced{.pieces = answer.pieces.size()};
  std::size_t token = 0;
  net::SseDecoder decoder;
  for (const Piece& piece : answer.pieces) {
    const auto events = decoder.push(piece.bytes);
    EXPECT_TRUE(events);
    for (const net::SseEvent& event : *events) {
      if (event.data.find(R"("content":")") == std::string::npos ||
          event.data.find("\"role\"") != std::string::npos)
        continue;
      const auto due = begin + milliseconds(5) * static_cast<int>(token++);
      EXPECT_GE(piece.at, due - milliseconds(1)) << token;
      paced.lateness = std::chrono::duration_cast<milliseconds>(piece.at - due);
    }
  }
  EXPECT_EQ(token, 101u);
  return paced;
}

TEST_F(MockProviderTest, KeepsThePaceWithoutDrift) {
  start({.pace = 200, .generate_tokens = 101});
  // A late token delays no other, so only drift makes the last one late every time; a busy machine
  // does so now and then.
  bool kept = false;
  for (int attempt = 0; attempt < 5 && !kept; ++attempt) {
    const auto begin = Steady::now();
    const Paced paced = judge_pace(post(kStory), begin);
    kept = paced.lateness < milliseconds(100) && paced.pieces >= 20;
  }
  EXPECT_TRUE(kept);
}

TEST_F(MockProviderTest, HonoursThePaceOfARequestAndTheDelaysOfAScript) {
  start({.script_json =
             R"([{"chunks":["a","b","c"]},{"chunks":["a","b","c"],"ttft_ms":40,"delay_ms":20}])"});
  auto begin = Steady::now();
  post(with(kStory, "x_tactus", JsonObject{{"pace", 50}}));
  EXPECT_GE(Steady::now() - begin, milliseconds(40));
  begin = Steady::now();
  Answer answer = post(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(80));
  EXPECT_EQ(hear(answer.body).text, "abc");
}

TEST_F(MockProviderTest, APacedDemoReplyBeginsAfterItsFirstTokenDelay) {
  start({.pace = 1000, .first_token = milliseconds(60)});
  auto begin = Steady::now();
  post(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(60));
}

TEST_F(MockProviderTest, StampsTokensWithTheMonotonicClock) {
  start({.generate_tokens = 3, .stamp_tokens = true});
  const auto before = Steady::now().time_since_epoch().count();
  std::istringstream stamps(hear(post(kStory).body).text);
  const auto after = Steady::now().time_since_epoch().count();
  std::int64_t stamp = 0;
  std::size_t count = 0;
  while (stamps >> stamp) {
    ++count;
    EXPECT_GE(stamp, before);
    EXPECT_LE(stamp, after);
  }
  EXPECT_EQ(count, 3u);
}

TEST_F(MockProviderTest, GeneratesEveryTokenInOrder) {
  start({.generate_tokens = 50'000});
  std::istringstream numbers(hear(post(kStory).body).text);
  std::size_t expected = 0;
  for (std::size_t number = 0; numbers >> number; ++expected) ASSERT_EQ(number, expected);
  EXPECT_EQ(expected, 50'000u);
}

TEST_F(MockProviderTest, StopsWorkWhenTheClientLeaves) {
  // stop() waits for running replies: it would take its whole grace, every time, if one went on.
  bool soon = false;
  for (int attempt = 0; attempt < 5 && !soon; ++attempt) {
    start({.pace = 20, .generate_tokens = 1'000'000});
    Client client = open(kStory);
    ASSERT_TRUE(client.read_more());
    client.leave();
    const auto begin = Steady::now();
    while (get("/health").status != 200) {
    }
    asio::co_spawn(io_, provider_->stop(), asio::use_future).get();
    soon = Steady::now() - begin < milliseconds(400);
  }
  EXPECT_TRUE(soon);
}

TEST_F(MockProviderTest, AnswersWithTheStatusOfAFaultForItsFirstRequests) {
  start({.fault = *parse_fault("429:retry-after=0.5:times=2")});
  for (int i = 0; i < 2; ++i) {
    Answer answer = post(kStory);
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.headers["retry-after"], "0.5");
    EXPECT_EQ(string_member(parse_json(answer.body)->at("error"), "code"), "rate_limit_exceeded");
  }
  EXPECT_EQ(post(kStory).status, 200);
}

TEST_F(MockProviderTest, CutsTheConnectionAtAByteAndAfterDeltas) {
  start({});
  Answer answer = post(with(kStory, "x_tactus", JsonObject{{"fault", "cut:bytes=300"}}));
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.body.size(), 300u);
  answer = post(with(kStory, "x_tactus", JsonObject{{"fault", "cut:chunks=5"}}));
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(hear(answer.body).contents, 5u);
  Json whole = with(kStory, "x_tactus", JsonObject{{"fault", "cut:bytes=100"}});
  whole.as_object()["stream"] = false;
  answer = post(whole);
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.body.size(), 100u);
}

TEST_F(MockProviderTest, ReportsAnErrorInsideTheStream) {
  start({.fault = *parse_fault("error:after=3")});
  Answer answer = post(kStory);
  const Heard heard = hear(answer.body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(heard.contents, 3u);
  EXPECT_FALSE(heard.error.empty());
  EXPECT_FALSE(heard.done);
}

TEST_F(MockProviderTest, EndsWithoutAnEndMark) {
  start({.fault = *parse_fault("no-end")});
  Answer answer = post(kStory);
  const Heard heard = hear(answer.body);
  EXPECT_TRUE(answer.whole);
  EXPECT_GT(heard.contents, 100u);
  EXPECT_EQ(heard.finish_reason, "");
  EXPECT_FALSE(heard.done);
}

TEST_F(MockProviderTest, StallsAfterDeltasAndGoesOnIfToldSo) {
  start({});
  const auto begin = Steady::now();
  const Answer answer =
      post(with(kStory, "x_tactus", JsonObject{{"fault", "stall:after=4:seconds=1"}}));
  EXPECT_GE(Steady::now() - begin, milliseconds(1000));
  // What came before the longest pause; no other is as long, however busy the machine.
  std::string before;
  std::string at_longest;
  Steady::duration longest{0};
  for (std::size_t i = 0; i + 1 < answer.pieces.size(); ++i) {
    before += answer.pieces[i].bytes;
    const Steady::duration pause = answer.pieces[i + 1].at - answer.pieces[i].at;
    if (pause <= longest) continue;
    longest = pause;
    at_longest = before;
  }
  EXPECT_EQ(hear(at_longest).contents, 4u);
  EXPECT_TRUE(hear(answer.body).done);
}

TEST_F(MockProviderTest, StallsUntilTheClientLeaves) {
  start({.fault = *parse_fault("stall:after=2")});
  Client client = open(kStory);
  while (hear(client.body()).contents < 2) ASSERT_TRUE(client.read_more());
  timeval patience{0, 100'000};
  ASSERT_EQ(setsockopt(client.socket().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                       sizeof patience),
            0);
  char byte = 0;
  EXPECT_EQ(recv(client.socket().native_handle(), &byte, 1, 0), -1);
  EXPECT_TRUE(errno == EAGAIN || errno == EWOULDBLOCK);
  client.leave();
}

TEST_F(MockProviderTest, AnswersLateWhenSlow) {
  start({.fault = *parse_fault("slow:seconds=0.15")});
  const auto begin = Steady::now();
  Client client = open(kStory);
  EXPECT_GE(Steady::now() - begin, milliseconds(150));
  EXPECT_TRUE(hear(client.read_all().body).done);
}

TEST_F(MockProviderTest, SplitsCharactersBetweenWrites) {
  start({.script_json = R"([{"chunks":["naïve"," café","東京"]}])",
         .fault = *parse_fault("split-utf8")});
  Answer answer = post(kStory);
  EXPECT_EQ(hear(answer.body).text, "naïve café東京");
  std::size_t cut = 0;
  for (const Piece& piece : answer.pieces) {
    if (complete_utf8_length(piece.bytes) != piece.bytes.size()) ++cut;
  }
  EXPECT_GE(cut, 1u);
}

TEST(MockFault, IsReadFromItsForms) {
  using Kind = Fault::Kind;
  EXPECT_EQ(parse_fault("")->kind, Kind::kNone);
  EXPECT_EQ(parse_fault("split-utf8")->kind, Kind::kSplitUtf8);
  EXPECT_EQ(parse_fault("cut:bytes=300")->kind, Kind::kCutAtByte);
  EXPECT_EQ(parse_fault("cut:bytes=300")->at, 300u);
  EXPECT_EQ(parse_fault("cut:chunks=5")->kind, Kind::kCutAfterChunks);
  const Fault fault = *parse_fault("429:retry-after=2,times=1");
  EXPECT_EQ(fault.status, 429);
  EXPECT_EQ(fault.retry_after_s, 2.0);
  EXPECT_EQ(fault.times, 1u);
  for (const char* text : {"x", "200", "999", "stall:after=-1", "stall:after=", "slow:after=1",
                           "cut:bytes", "429:retry-after=2x", "no-end:bytes=1"}) {
    const auto bad = parse_fault(text);
    ASSERT_FALSE(bad) << text;
    EXPECT_EQ(bad.error().code, ErrorCode::kUsage);
    EXPECT_THAT(bad.error().hint, HasSubstr("split-utf8"));
  }
}

}  // namespace
}  // namespace tactus::llm::mock
