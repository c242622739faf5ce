// What answers of the Responses API mean, rule by rule, on hand-made streams.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/providers/decoder_test_support.hpp>

namespace tactus::llm {
namespace {

using testing::Decoded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Lines = std::vector<std::string>;

// `type` and the rest of each event.
using Event = std::pair<std::string, std::string>;

Decoded decode_body(std::string_view body) {
  return testing::decode(*make_responses_provider({}), body, "text/event-stream");
}

Decoded decode(const std::vector<Event>& events) {
  std::string body;
  for (const auto& [type, rest] : events) {
    body += fmt::format("event: response.{}\ndata: {{\"type\":\"response.{}\"{}}}\n\n", type, type,
                        rest.empty() ? "" : "," + rest);
  }
  return decode_body(body);
}

Event added(int index, const std::string& item) {
  return {"output_item.added", fmt::format(R"("output_index":{},"item":{})", index, item)};
}
Event done(int index, const std::string& item) {
  return {"output_item.done", fmt::format(R"("output_index":{},"item":{})", index, item)};
}
Event delta(const std::string& type, int index, const std::string& text) {
  return {type + ".delta", fmt::format(R"("output_index":{},"delta":"{}")", index, text)};
}
const Event kCompleted = {"completed", R"("response":{"status":"completed"})"};

TEST(ResponsesStream, IsReadFromItsFirstToItsLastEvent) {
  const Decoded decoded = decode(
      {{"created", R"("response":{"id":"resp_1","model":"m","status":"in_progress"})"},
       added(0, R"({"type":"message","id":"a"})"),
       delta("output_text", 0, "Hi"),
       {"something_new", ""},
       delta("something_new", 0, "no"),
       delta("output_text", 0, " there"),
       {"output_text.done", R"("output_index":0,"text":"Hi there, differently")"},
       done(0, R"({"type":"message","id":"b","content":[{"type":"output_text","text":"Hi"}]})"),
       {"completed",
        R"("response":{"id":"resp_2","model":"m","status":"completed","usage":{"input_tokens":7,"output_tokens":2,"total_tokens":9}})"},
       delta("output_text", 0, "after the end")});
  EXPECT_THAT(decoded.events, ElementsAre("info resp_1 m", R"(text "Hi")", R"(text " there")",
                                          "usage 7+2=9", R"(finish stop "completed")"));
  EXPECT_TRUE(decoded.complete);
  EXPECT_TRUE(decoded.ended);
}

TEST(ResponsesStream, KeepsReasoningThatNobodyElseKeeps) {
  const Decoded decoded = decode(
      {added(0, R"({"type":"reasoning","id":"rs_1","summary":[]})"),
       delta("reasoning_summary_text", 0, "Hm."),
       done(
           0,
           R"({"type":"reasoning","id":"rs_1","status":"completed","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"gA"})"),
       done(
           1,
           R"({"type":"reasoning","id":"rs_2","summary":[{"type":"summary_text","text":"Well."}]})"),
       kCompleted});
  EXPECT_THAT(
      decoded.events,
      ElementsAre(
          R"(reasoning "Hm.")",
          R"(part openai-responses {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm."}],"encrypted_content":"gA"})",
          R"(reasoning "Well.")", R"(finish stop "completed")"))
      << "one that is not encrypted is known to the provider alone";
}

TEST(ResponsesStream, CallsComeInPiecesOrWhole) {
  const Decoded decoded = decode(
      {added(0, R"({"type":"function_call","call_id":"c1","name":"look","arguments":""})"),
       delta("function_call_arguments", 0, "{}"),
       {"function_call_arguments.done", R"("output_index":0,"arguments":"{}")"},
       added(1, R"({"type":"function_call","call_id":"c2","name":"look","arguments":""})"),
       {"function_call_arguments.done", R"("output_index":1,"arguments":"{\"q\":1}")"},
       done(1, R"({"type":"function_call","call_id":"c2","name":"look","arguments":"{\"q\":1}"})"),
       done(2, R"({"type":"function_call","call_id":"c3","name":"done","arguments":"{}"})"),
       added(3, R"({"type":"custom_tool_call","call_id":"c4","name":"sql"})"),
       delta("custom_tool_call_input", 3, "SELECT"),
       {"custom_tool_call_input.done", R"("output_index":3,"input":"SELECT 1")"},
       kCompleted});
  EXPECT_THAT(decoded.events,
              ElementsAre(R"(call 0 "c1" look)", R"(arguments 0 "{}")", R"(call 1 "c2" look)",
                          R"(arguments 1 "{\"q\":1}")", R"(call 2 "c3" done)",
                          R"(arguments 2 "{}")", R"(call 3 "c4" sql)", R"(arguments 3 "SELECT")",
                          R"(arguments 3 " 1")", R"(finish tool_calls "completed")"));
}

TEST(ResponsesStream, TextThatDoesNotStreamIsTakenFromItsItem) {
  const std::string item = R"({"type":"message","content":[{"type":"output_text","text":"Hi"}]})";
  EXPECT_EQ(decode({added(0, R"({"type":"message"})"), done(0, item)}).events,
            Lines{R"(text "Hi")"});
  EXPECT_EQ(decode({{"completed", R"("response":{"status":"completed","output":[)" + item + "]}"}})
                .events,
            (Lines{R"(text "Hi")", R"(finish stop "completed")"}));
  EXPECT_EQ(decode({delta("output_text", 0, "Hi")}).events, Lines{R"(text "Hi")"})
      << "of an item that was not announced";
}

TEST(ResponsesStream, TellsOfToolsOfTheProvider) {
  const auto provider = make_responses_provider({});
  const auto decoder = provider->decoder("");
  const auto events = decoder->push(
      "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"web_search_call\"}}\n\n");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 1u);
  const auto& part = std::get<ProviderPart>(events->front());
  EXPECT_EQ(part.note, "web_search");
  EXPECT_TRUE(part.value.is_null()) << "nothing that could go back";
}

TEST(ResponsesStream, RefusalsAreKeptApart) {
  EXPECT_EQ(
      decode({added(0, R"({"type":"message"})"), delta("refusal", 0, "No."), kCompleted}).events,
      (Lines{R"(refusal "No.")", R"(finish stop "completed")"}));
}

TEST(ResponsesStream, SaysWhyItIsNotWhole) {
  EXPECT_EQ(
      decode(
          {{"incomplete",
            R"("response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}})"}})
          .events,
      Lines{R"(finish length "incomplete:max_output_tokens")"});
  EXPECT_EQ(
      decode(
          {{"incomplete",
            R"("response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"}})"}})
          .events,
      Lines{R"(finish content_filter "incomplete:content_filter")"});
  const Decoded failed = decode(
      {{"failed",
        R"("response":{"status":"failed","error":{"code":"server_error","message":"Oh"}})"}});
  EXPECT_EQ(failed.events, (Lines{"error /server_error: Oh", R"(finish error "failed")"}));
  EXPECT_FALSE(failed.complete);
}

TEST(ResponsesStream, ErrorsComeInTwoForms) {
  const Decoded flat = decode_body(
      "event: error\ndata: "
      "{\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"Slow\"}\n\n"
      "data: "
      "{\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"x\",\"message\":\"y\"}}}"
      "\n\n");
  EXPECT_EQ(flat.events, (Lines{"error /rate_limit_exceeded: Slow", R"(finish error "failed")"}))
      << "the first cause counts";
  EXPECT_TRUE(flat.ended);
  const Decoded nested = decode_body(
      "data: "
      "{\"type\":\"error\",\"error\":{\"type\":\"tokens\",\"code\":\"c\",\"message\":\"m\"}}\n\n");
  EXPECT_EQ(nested.events, Lines{"error tokens/c: m"});
  EXPECT_FALSE(nested.complete);
  const auto provider = make_responses_provider({});
  EXPECT_EQ(provider->failure(InBandError{"", "rate_limit_exceeded", "Slow"}, {}).error.code,
            ErrorCode::kProviderRateLimit);
}

TEST(ResponsesStream, EventsNeedNoNameAndADoneMarkMeansNothing) {
  const Decoded decoded = decode_body(
      ": OPENROUTER PROCESSING\n\n"
      "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Hi\"}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{}}\n\ndata: [DONE]\n\n");
  EXPECT_EQ(decoded.events, (Lines{R"(text "Hi")", R"(finish stop "completed")"}));
  EXPECT_TRUE(decoded.complete);
  EXPECT_FALSE(decode_body("data: [DONE]\n\n").complete);
}

TEST(ResponsesStream, HasABound) {
  std::vector<Event> events;
  for (int i = 0; i <= 1024; ++i) events.push_back(done(i, R"({"type":"new"})"));
  EXPECT_THAT(decode(events).failure, HasSubstr("more than 1024 items"));
}

TEST(ResponsesStream, WhatIsNoStreamIsRecognised) {
  const Decoded answer = decode_body(R"({"id":"r","model":"m","status":"completed","output":[
    {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"Hm"}]},
    {"type":"message","content":[{"type":"output_text","text":"Hi"}]},
    {"type":"function_call","call_id":"c","name":"look","arguments":"{}"}],
    "usage":{"input_tokens":1,"output_tokens":2,"input_tokens_details":{"cached_tokens":1}}})");
  EXPECT_EQ(answer.events.size(), 8u);
  EXPECT_EQ(answer.events.back(), R"(finish tool_calls "completed")");
  EXPECT_TRUE(answer.complete);
  EXPECT_EQ(decode_body(R"({"error":{"message":"no","type":"t","code":"c"}})").events,
            Lines{"error t/c: no"});
  EXPECT_THAT(decode_body(R"({"choices":[]})").failure, HasSubstr("no answer"));
  EXPECT_THAT(decode_body("data: <html>\n\n").failure, HasSubstr("<html>"));
}

}  // namespace
}  // namespace tactus::llm
