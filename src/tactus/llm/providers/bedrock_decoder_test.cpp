// The rules for Bedrock's streams, one by one, on hand-made bodies.
#include <tactus/llm/aws/event_stream_test_support.hpp>
#include <tactus/llm/providers/bedrock_decoder.hpp>
#include <tactus/llm/providers/cut_test_support.hpp>

namespace tactus::llm {
namespace {

using aws::testing_support::event_message;
using aws::testing_support::exception_message;
using testing::Lines;
using testing::read_body;
using testing::read_chunks;
using testing::Reading;

Reading read(std::string_view body) {
  return read_body([] { return std::make_unique<BedrockDecoder>(); }, body);
}

std::string delta(int index, std::string_view json) {
  return event_message(
      "contentBlockDelta",
      fmt::format(R"({{"contentBlockIndex":{},"delta":{},"p":"abc"}})", index, json));
}
std::string tool_start(int index, std::string_view tool) {
  return event_message(
      "contentBlockStart",
      fmt::format(R"({{"contentBlockIndex":{},"start":{{"toolUse":{}}}}})", index, tool));
}
std::string block_stop(int index) {
  return event_message("contentBlockStop", fmt::format(R"({{"contentBlockIndex":{}}})", index));
}
std::string stop(std::string_view reason) {
  return event_message("messageStop", fmt::format(R"({{"stopReason":"{}"}})", reason));
}
const std::string kStart = event_message("messageStart", R"({"role":"assistant","p":"ab"})");
const std::string kUsage = event_message(
    "metadata",
    R"({"usage":{"inputTokens":5,"outputTokens":2,"totalTokens":7},"metrics":{"latencyMs":1}})");

TEST(BedrockDecoder, TextEndsWithItsReasonAndThenItsUsage) {
  const Reading reading =
      read(kStart + delta(0, R"({"text":"Grü"})") + delta(0, R"({"text":""})") +
           delta(0, R"({"text":"ße"})") + block_stop(0) + stop("end_turn") + kUsage);
  EXPECT_EQ(reading.events,
            (Lines{R"(text "Grü")", R"(text "ße")", R"(finish stop "end_turn")", "usage 5+2=7"}));
  EXPECT_TRUE(reading.complete);
  EXPECT_TRUE(reading.ended);
}

TEST(BedrockDecoder, UsageIsWaitedForButNotNeeded) {
  const Reading reading = read(kStart + delta(0, R"({"text":"a"})") + stop("end_turn"));
  EXPECT_TRUE(reading.complete);
  EXPECT_FALSE(reading.ended);
}

TEST(BedrockDecoder, ToolCallsAreStreamed) {
  const Reading reading =
      read(kStart + tool_start(1, R"({"toolUseId":"t1","name":"f"})") +
           delta(1, R"({"toolUse":{"input":""}})") + delta(1, R"({"toolUse":{"input":"{\"a\""}})") +
           delta(1, R"({"toolUse":{"input":":1}"}})") + block_stop(1) +
           tool_start(2, R"({"toolUseId":"t2","name":"g"})") + block_stop(2) + stop("tool_use") +
           kUsage);
  EXPECT_EQ(reading.events,
            (Lines{R"(call 0 "t1" f)", R"(arguments 0 "{\"a\"")", R"(arguments 0 ":1}")",
                   R"(call 1 "t2" g)", R"(finish tool_calls "tool_use")", "usage 5+2=7"}));
}

TEST(BedrockDecoder, ToolsOfTheProviderAreNotForTheClient) {
  const Reading reading =
      read(tool_start(0, R"({"toolUseId":"s","name":"code","type":"server_tool_use"})") +
           delta(0, R"({"toolUse":{"input":"{}"}})") + block_stop(0) +
           event_message("contentBlockStart",
                         R"({"contentBlockIndex":1,"start":{"toolResult":{"toolUseId":"s"}}})") +
           delta(1, R"({"toolResult":[{"text":"42"}]})") + block_stop(1) +
           delta(2, R"({"text":"a"})") + stop("end_turn"));
  EXPECT_EQ(reading.events, (Lines{R"(text "a")", R"(finish stop "end_turn")"}));
}

TEST(BedrockDecoder, ReasoningIsKeptWithItsSignature) {
  const Reading reading =
      read(delta(0, R"({"reasoningContent":{"text":"I "}})") +
           delta(0, R"({"reasoningContent":{"text":"see."}})") +
           delta(0, R"({"reasoningContent":{"signature":"c2"}})") +
           delta(0, R"({"reasoningContent":{"signature":"ln"}})") + block_stop(0) +
           delta(1, R"({"reasoningContent":{"redactedContent":"eHl6"}})") + block_stop(1) +
           delta(2, R"({"reasoningContent":{"text":"unsigned"}})") + block_stop(2) +
           delta(3, R"({"text":"a"})") + stop("end_turn"));
  EXPECT_EQ(reading.events,
            (Lines{R"(reasoning "I ")", R"(reasoning "see.")",
                   R"(part bedrock {"reasoningText":{"text":"I see.","signature":"c2ln"}})",
                   R"(part bedrock {"redactedContent":"eHl6"})", R"(reasoning "unsigned")",
                   R"(text "a")", R"(finish stop "end_turn")"}));
}

TEST(BedrockDecoder, WhatWasCachedIsPartOfThePrompt) {
  const Reading reading =
      read(event_message("metadata", R"({"usage":{"inputTokens":3,"outputTokens":4,
          "cacheReadInputTokens":10,"cacheWriteInputTokens":20,"totalTokens":37}})"));
  EXPECT_EQ(reading.events, (Lines{"usage 33+4=37"}));
  EXPECT_FALSE(reading.complete);
}

TEST(BedrockDecoder, StopReasonsAreSortedByWhatTheyMean) {
  const std::pair<const char*, const char*> cases[] = {{"end_turn", "stop"},
                                                       {"stop_sequence", "stop"},
                                                       {"max_tokens", "length"},
                                                       {"model_context_window_exceeded", "length"},
                                                       {"tool_use", "tool_calls"},
                                                       {"guardrail_intervened", "content_filter"},
                                                       {"content_filtered", "content_filter"},
                                                       {"malformed_tool_use", "error"},
                                                       {"malformed_model_output", "error"},
                                                       {"something_new", "stop"}};
  for (const auto& [raw, meaning] : cases) {
    EXPECT_EQ(read(stop(raw)).events, (Lines{fmt::format("finish {} \"{}\"", meaning, raw)}));
  }
}

TEST(BedrockDecoder, AnExceptionEndsTheAnswer) {
  const Reading reading =
      read(delta(0, R"({"text":"a"})") +
           exception_message("throttlingException", R"({"message":"Too many tokens"})") +
           delta(0, R"({"text":"b"})") + stop("end_turn"));
  EXPECT_EQ(reading.events, (Lines{R"(text "a")", "error throttlingException/: Too many tokens"}));
  EXPECT_FALSE(reading.complete);
  EXPECT_TRUE(reading.ended);
  EXPECT_EQ(read(exception_message("internalServerException", "no JSON")).events,
            (Lines{"error internalServerException/: no JSON"}));
}

TEST(BedrockDecoder, AnErrorMessageEndsTheAnswer) {
  using aws::testing_support::raw_message;
  using aws::testing_support::text_header;
  const Reading reading =
      read(raw_message(text_header(":message-type", "error") + text_header(":error-code", "X1") +
                           text_header(":error-message", "it broke"),
                       ""));
  EXPECT_EQ(reading.events, (Lines{"error /X1: it broke"}));
  EXPECT_TRUE(reading.ended);
}

TEST(BedrockDecoder, AStreamThatIsCutIsTruncated) {
  const std::string body = kStart + delta(0, R"({"text":"a"})") + stop("end_turn");
  EXPECT_FALSE(read(kStart + delta(0, R"({"text":"a"})")).complete);
  EXPECT_FALSE(read(body.substr(0, body.size() - 1)).complete);
  EXPECT_FALSE(read("").complete);
}

TEST(BedrockDecoder, ADamagedStreamFailsAfterWhatCameBefore) {
  std::string bad = stop("end_turn");
  bad.back() = static_cast<char>(bad.back() ^ 1);
  const Reading reading = read(delta(0, R"({"text":"a"})") + bad);
  EXPECT_EQ(reading.events, (Lines{R"(text "a")"}));
  EXPECT_NE(reading.failure.find("checksum"), std::string::npos);
  EXPECT_FALSE(reading.complete);
  EXPECT_NE(read(event_message("messageStop", "{broken")).failure.find("not JSON"),
            std::string::npos);
  EXPECT_NE(read("<html>no stream at all</html>").failure.find("checksum"), std::string::npos);
}

TEST(BedrockDecoder, UnknownEventsArePassedOver) {
  EXPECT_EQ(read(event_message("somethingNew", "{}") + event_message("messageStart", "") +
                 delta(0, R"({"citation":{"title":"x"}})") + stop("end_turn"))
                .events,
            (Lines{R"(finish stop "end_turn")"}));
}

TEST(BedrockDecoder, AnAnswerThatWasNotStreamedIsOneDocument) {
  const Reading reading = read(R"({"output":{"message":{"role":"assistant","content":[
      {"reasoningContent":{"reasoningText":{"text":"So.","signature":"s"}}},
      {"text":"all"},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]}},
      "stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3}})");
  EXPECT_EQ(reading.events,
            (Lines{R"(reasoning "So.")",
                   R"(part bedrock {"reasoningText":{"text":"So.","signature":"s"}})",
                   R"(text "all")", R"(call 0 "t" f)", R"(arguments 0 "{\"a\":1}")", "usage 1+2=3",
                   R"(finish tool_calls "tool_use")"}));
  EXPECT_TRUE(reading.complete);
  EXPECT_EQ(read(R"({"message":"something failed"})").events, (Lines{"error /: something failed"}));
  EXPECT_NE(read(R"({"output":)").failure.find("not JSON"), std::string::npos);
}

TEST(BedrockDecoder, AnAnswerHasOnlySoManyCalls) {
  std::string body;
  for (int i = 0; i <= BedrockDecoder::kCallsMax; ++i) {
    body += tool_start(i, R"({"toolUseId":"t","name":"f"})");
  }
  const Reading reading = read_chunks([] { return std::make_unique<BedrockDecoder>(); }, {body});
  EXPECT_NE(reading.failure.find("tool calls"), std::string::npos);
}

}  // namespace
}  // namespace tactus::llm
