// What the mock provider answers.
#include <tactus/llm/mock/mock_provider_test_support.hpp>

namespace tactus::llm::mock {
namespace {

using namespace testing_support;

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

// The formats of other providers send one call whole before the next begins.
TEST_F(MockProviderTest, InterleavesWhereTheFormatDoes) {
  const std::string reply = R"({"reply":{"chunks":["a","b"],"interleave":true,
      "tool_calls":[{"name":"f","args_chunks":["{",   "}"]},{"name":"g","args_chunks":["[","]"]}]}})";
  start({});
  const std::string chat = post(with(kStory, "x_tactus", *parse_json(reply))).body;
  const auto at = [&](const char* text) { return chat.find(text); };
  EXPECT_LT(at(R"("content":"a")"), at(R"("name":"f")"));
  EXPECT_LT(at(R"("name":"f")"), at(R"("name":"g")"));
  EXPECT_LT(at(R"("name":"g")"), at(R"("content":"b")"));
  EXPECT_LT(at(R"("arguments":"[")"), at(R"("arguments":"}")"));
  const Heard heard = hear(chat);
  EXPECT_EQ(heard.text, "ab");
  EXPECT_EQ(heard.arguments, (std::map<std::int64_t, std::string>{{0, "{}"}, {1, "[]"}}));

  const std::string request = dump_json(with(kStory, "x_tactus", *parse_json(reply)));
  const std::string messages =
      Client(provider_->port(), "POST", "/v1/messages", request).read_all().body;
  EXPECT_LT(messages.rfind(R"("partial_json":"}")"), messages.find(R"("name":"g")"));
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

}  // namespace
}  // namespace tactus::llm::mock
