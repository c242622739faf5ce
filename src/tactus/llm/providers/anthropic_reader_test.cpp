// What Anthropic's answers mean, rule by rule, on hand-made streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/providers/decoder_test_support.hpp>

namespace tactus::llm {
namespace {

using testing::Decoded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kStop = R"({"type":"message_stop"})";

std::string stream_of(const std::vector<std::string>& events) {
  std::string body;
  for (const std::string& event : events) {
    const Json json = *parse_json(event);
    body += "event: " + std::string(string_member(json, "type")) + "\ndata: " + event + "\n\n";
  }
  return body;
}

Decoded decode(const std::vector<std::string>& events, const ModelRequest& request = {}) {
  return testing::decode(*make_anthropic_provider({}), stream_of(events), "text/event-stream",
                         request);
}

std::string start(int index, const std::string& block) {
  return fmt::format(R"({{"type":"content_block_start","index":{},"content_block":{}}})", index,
                     block);
}
std::string delta(int index, const std::string& what) {
  return fmt::format(R"({{"type":"content_block_delta","index":{},"delta":{}}})", index, what);
}
std::string stop(int index) {
  return fmt::format(R"({{"type":"content_block_stop","index":{}}})", index);
}
std::string end(const std::string& reason, const std::string& usage = "{}") {
  return fmt::format(R"({{"type":"message_delta","delta":{{"stop_reason":"{}"}},"usage":{}}})",
                     reason, usage);
}

TEST(AnthropicStream, IsReadFromItsFirstToItsLastEvent) {
  const Decoded decoded = decode(
      {R"({"type":"message_start","message":{"id":"msg_1","model":"m","usage":{"input_tokens":7,"output_tokens":1}}})",
       start(0, R"({"type":"text","text":""})"), R"({"type":"ping"})",
       delta(0, R"({"type":"text_delta","text":"Hi"})"), R"({"type":"something_new"})",
       delta(0, R"({"type":"new_delta","text":"no"})"),
       delta(9, R"({"type":"text_delta","text":"of no block"})"),
       delta(0, R"({"type":"text_delta","text":" there"})"), stop(0),
       end("end_turn", R"({"output_tokens":2})"), kStop,
       start(1, R"({"type":"text","text":"after the end"})")});
  EXPECT_THAT(decoded.events,
              ElementsAre("info msg_1 m", "usage 7+1=8", R"(text "Hi")", R"(text " there")",
                          "usage 7+2=9", R"(finish stop "end_turn")"));
  EXPECT_TRUE(decoded.complete);
  EXPECT_TRUE(decoded.ended);
}

TEST(AnthropicStream, KeepsThoughtsWithTheirSignature) {
  const Decoded decoded =
      decode({start(0, R"({"type":"thinking","thinking":"","signature":""})"),
              delta(0, R"({"type":"thinking_delta","thinking":"Hm"})"),
              delta(0, R"({"type":"thinking_delta","thinking":"m."})"),
              delta(0, R"({"type":"signature_delta","signature":"Eq"})"),
              delta(0, R"({"type":"signature_delta","signature":"=="})"), stop(0),
              start(1, R"({"type":"redacted_thinking","data":"sealed"})"), stop(1),
              start(2, R"({"type":"thinking","thinking":"cut"})")});
  EXPECT_THAT(
      decoded.events,
      ElementsAre(R"(reasoning "Hm")", R"(reasoning "m.")",
                  R"(part anthropic {"type":"thinking","thinking":"Hmm.","signature":"Eq=="})",
                  R"(part anthropic {"type":"redacted_thinking","data":"sealed"})",
                  R"(reasoning "cut")"));
  EXPECT_FALSE(decoded.complete) << "there was no end";
}

TEST(AnthropicStream, CallsComeInPieces) {
  const Decoded decoded =
      decode({start(0, R"({"type":"tool_use","id":"toolu_1","name":"look","input":{}})"),
              delta(0, R"({"type":"input_json_delta","partial_json":""})"),
              delta(0, R"({"type":"input_json_delta","partial_json":"{\"q\":"})"),
              delta(0, R"({"type":"input_json_delta","partial_json":"1}"})"), stop(0),
              start(1, R"({"type":"tool_use","id":"toolu_2","name":"done","input":{}})"), stop(1),
              start(2, R"({"type":"tool_use","id":"toolu_3","name":"all","input":{"a":1}})"),
              stop(2), end("tool_use"), kStop});
  EXPECT_THAT(decoded.events, ElementsAre(R"(call 0 "toolu_1" look)", R"(arguments 0 "{\"q\":")",
                                          R"(arguments 0 "1}")", R"(call 1 "toolu_2" done)",
                                          R"(call 2 "toolu_3" all)", R"(arguments 2 "{\"a\":1}")",
                                          "usage 0+0=0", R"(finish tool_calls "tool_use")"));
}

TEST(AnthropicStream, TheOutputToolIsTheText) {
  ModelRequest request;
  request.model = "claude-sonnet-4-0";
  request.output_schema.emplace();
  const std::vector<std::string> events = {
      start(0, R"({"type":"tool_use","id":"toolu_1","name":"final_output","input":{}})"),
      delta(0, R"({"type":"input_json_delta","partial_json":"{\"n\":1}"})"), stop(0),
      end("tool_use"), kStop};
  EXPECT_THAT(decode(events, request).events,
              ElementsAre(R"(text "{\"n\":1}")", "usage 0+0=0", R"(finish stop "tool_use")"));
  EXPECT_THAT(decode(events).events.front(), R"(call 0 "toolu_1" final_output)")
      << "where nothing of the kind was asked for it is a call";
}

TEST(AnthropicStream, WhatTheProviderRunsIsNoCallAndGoesBack) {
  const Decoded decoded = decode(
      {start(0, R"({"type":"server_tool_use","id":"s1","name":"web_search","input":{}})"),
       delta(0, R"({"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"})"), stop(0),
       start(1, R"({"type":"web_search_tool_result","tool_use_id":"s1","content":[]})"), stop(1),
       start(2, R"({"type":"compaction","content":null})"),
       delta(2, R"({"type":"compaction_delta","content":"In short."})"), stop(2),
       start(3, R"({"type":"fallback","from":{"model":"a"}})"), stop(3), end("pause_turn"), kStop});
  EXPECT_THAT(
      decoded.events,
      ElementsAre(
          R"(part anthropic {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}})",
          R"(part anthropic {"type":"web_search_tool_result","tool_use_id":"s1","content":[]})",
          R"(part anthropic {"type":"compaction","content":"In short."})", "usage 0+0=0",
          R"(finish length "pause_turn")"));
}

TEST(AnthropicStream, UsageOverlaysAndIncludesTheCache) {
  const auto provider = make_anthropic_provider({});
  const auto decoder = provider->decoder("");
  const auto events = decoder->push(stream_of(
      {R"({"type":"message_start","message":{"usage":{"input_tokens":3,"cache_read_input_tokens":10,"output_tokens":1}}})",
       end("end_turn",
           R"({"output_tokens":5,"cache_creation_input_tokens":20,"input_tokens":null,"cost":0.5,"output_tokens_details":{"thinking_tokens":4}})")}));
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 3u);
  const auto& report = std::get<UsageReport>((*events)[1]);
  EXPECT_EQ(report.usage.prompt_tokens, 33);
  EXPECT_EQ(report.usage.cached_tokens, 10);
  EXPECT_EQ(report.usage.cache_write_tokens, 20);
  EXPECT_EQ(report.usage.completion_tokens, 5);
  EXPECT_EQ(report.usage.reasoning_tokens, 4);
  EXPECT_EQ(report.usage.total_tokens, 38);
  EXPECT_EQ(report.cost, 0.5);
}

TEST(AnthropicStream, FinishReasonsAreOurs) {
  const std::pair<const char*, const char*> cases[] = {
      {"end_turn", "stop"},      {"stop_sequence", "stop"},
      {"max_tokens", "length"},  {"model_context_window_exceeded", "length"},
      {"compaction", "length"},  {"refusal", "content_filter"},
      {"tool_use", "stop"},  // Without a call.
      {"something_new", "stop"},
  };
  for (const auto& [raw, ours] : cases) {
    EXPECT_EQ(decode({end(raw), kStop}).events.back(), fmt::format("finish {} \"{}\"", ours, raw));
  }
  EXPECT_THAT(decode({kStop}).events, ElementsAre(R"(finish stop "")"));
}

TEST(AnthropicStream, ErrorsEndIt) {
  const Decoded decoded = decode(
      {start(0, R"({"type":"text","text":"Hi"})"),
       R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"})",
       kStop});
  EXPECT_THAT(decoded.events, ElementsAre(R"(text "Hi")", "error overloaded_error/: Overloaded"));
  EXPECT_FALSE(decoded.complete);
  EXPECT_TRUE(decoded.ended);
  const auto provider = make_anthropic_provider({});
  const auto failure = provider->failure(InBandError{"overloaded_error", "", "Overloaded"}, {});
  EXPECT_EQ(failure.error.code, ErrorCode::kProviderUnavailable);
  EXPECT_TRUE(failure.retryable);
}

TEST(AnthropicStream, AnAnswerThatBeginsAnewIsAFailure) {
  const Decoded decoded = decode({R"({"type":"message_start","message":{"id":"a"}})",
                                  R"({"type":"message_start","message":{"id":"a"}})",
                                  start(0, R"({"type":"text","text":"Hi"})"),
                                  R"({"type":"message_start","message":{"id":"b"}})", kStop});
  EXPECT_THAT(decoded.events, ElementsAre("info a ", "info a ", R"(text "Hi")"));
  EXPECT_THAT(decoded.failure, HasSubstr("began its answer anew"));
}

TEST(AnthropicStream, HasABound) {
  std::vector<std::string> events;
  for (int i = 0; i <= 1024; ++i) events.push_back(start(i, R"({"type":"text","text":""})"));
  EXPECT_THAT(decode(events).failure, HasSubstr("more than 1024 blocks"));
}

TEST(AnthropicStream, TextCutInsideACharacterIsJoined) {
  const std::string body = "data: " +
                           start(0, R"({"type":"text","text":"a)"
                                    "\xC3"
                                    R"("})") +
                           "\n\ndata: " +
                           delta(0, R"({"type":"text_delta","text":")"
                                    "\xB6"
                                    R"(b\ud83d"})") +
                           "\n\ndata: " + stop(0) + "\n\n";
  EXPECT_THAT(testing::decode(*make_anthropic_provider({}), body).events,
              ElementsAre(R"(text "a")", "text \"öb\uFFFD\""))
      << "half of a pair is no character";
}

TEST(AnthropicStream, WhatIsNoStreamIsRecognised) {
  const auto whole = [](std::string_view body) {
    return testing::decode(*make_anthropic_provider({}), body, "application/json");
  };
  const Decoded answer = whole(R"({"type":"message","id":"m","model":"x","content":[
    {"type":"thinking","thinking":"Hm","signature":"s"},{"type":"text","text":"Hi"},
    {"type":"tool_use","id":"t","name":"look","input":{"q":1}}],
    "stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}})");
  EXPECT_THAT(answer.events,
              ElementsAre("info m x", "usage 1+2=3", R"(reasoning "Hm")",
                          R"(part anthropic {"type":"thinking","thinking":"Hm","signature":"s"})",
                          R"(text "Hi")", R"(call 0 "t" look)", R"(arguments 0 "{\"q\":1}")",
                          R"(finish tool_calls "tool_use")"));
  EXPECT_TRUE(answer.complete);
  const Decoded error = whole(R"({"type":"error","error":{"type":"api_error","message":"no"}})");
  EXPECT_THAT(error.events, ElementsAre("error api_error/: no"));
  EXPECT_FALSE(error.complete);
  EXPECT_THAT(whole(R"({"choices":[]})").failure, HasSubstr("no answer"));
  EXPECT_THAT(testing::decode(*make_anthropic_provider({}), "data: <html>\n\n").failure,
              HasSubstr("<html>"));
  EXPECT_THAT(testing::decode(*make_anthropic_provider({}), "").events, IsEmpty());
}

}  // namespace
}  // namespace tactus::llm
