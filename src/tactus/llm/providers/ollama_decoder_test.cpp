// The rules for Ollama's streams, one by one, on hand-made bodies.
#include <tactus/llm/providers/cut_test_support.hpp>
#include <tactus/llm/providers/ollama_decoder.hpp>

namespace tactus::llm {
namespace {

using testing::Lines;
using testing::read_body;
using testing::read_chunks;
using testing::Reading;

Reading read(std::string_view body) {
  return read_body([] { return std::make_unique<OllamaDecoder>(); }, body);
}

// A line with this message.
std::string line(std::string_view message) {
  return R"({"model":"m","message":)" + std::string(message) + R"(,"done":false})" + "\n";
}
const std::string kEnd =
    R"({"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",)"
    R"("total_duration":5,"prompt_eval_count":7,"eval_count":3})";

TEST(OllamaDecoder, TextAndThoughtsComeOnSeparately) {
  const Reading reading =
      read(line(R"({"content":"","thinking":"Hm."})") + line(R"({"content":"Grü"})") + "\n" +
           line(R"({"content":"\u00dfe"})") + kEnd + "\n");
  EXPECT_EQ(reading.events, (Lines{"info  m", R"(reasoning "Hm.")", R"(text "Grü")", R"(text "ße")",
                                   "usage 7+3=10", R"(finish stop "stop")"}));
  EXPECT_TRUE(reading.complete);
  EXPECT_TRUE(reading.ended);
}

TEST(OllamaDecoder, TheLastLineMayLackItsEnd) {
  EXPECT_TRUE(read(line(R"({"content":"a"})") + kEnd).complete);
}

TEST(OllamaDecoder, CallsComeWholeAndMakeStopMeanToolCalls) {
  const Reading reading =
      read(line(R"({"content":"","thinking":"So."})") +
           line(R"({"tool_calls":[{"id":"c1","function":{"index":0,"name":"f","arguments":{"a":1}}},
              {"function":{"name":"g","arguments":{}}},{"function":{"name":"h"}}]})"
                "") +
           kEnd);
  EXPECT_EQ(
      reading.events,
      (Lines{"info  m", R"(reasoning "So.")", R"(call 0 "c1" f)", R"(arguments 0 "{\"a\":1}")",
             R"(call 1 "" g)", R"(arguments 1 "{}")", R"(call 2 "" h)",
             R"(part ollama {"thinking":"So."})", "usage 7+3=10", R"(finish tool_calls "stop")"}));
}

TEST(OllamaDecoder, CallsMayStandOnTheLastLine) {
  const Reading reading =
      read(R"({"model":"m","message":{"tool_calls":[{"function":{"name":"f","arguments":{}}}]},)"
           R"("done":true,"done_reason":"stop"})");
  EXPECT_EQ(reading.events, (Lines{"info  m", R"(call 0 "" f)", R"(arguments 0 "{}")",
                                   R"(finish tool_calls "stop")"}));
}

TEST(OllamaDecoder, TheReasonToEndMayBeLengthOrMissing) {
  EXPECT_EQ(read(R"({"done":true,"done_reason":"length","eval_count":4})").events,
            (Lines{"usage 0+4=4", R"(finish length "length")"}));
  const Reading old = read(R"({"done":true})");
  EXPECT_EQ(old.events, (Lines{R"(finish stop "")"}));
  EXPECT_TRUE(old.complete);
}

TEST(OllamaDecoder, ALineWithAnErrorEndsTheAnswer) {
  const Reading reading =
      read(line(R"({"content":"a"})") + R"({"error":"model runner has crashed"})" + "\n" + kEnd);
  EXPECT_EQ(reading.events, (Lines{"info  m", R"(text "a")", "error /: model runner has crashed"}));
  EXPECT_FALSE(reading.complete);
  EXPECT_TRUE(reading.ended);
}

TEST(OllamaDecoder, AStreamWithoutItsLastLineIsTruncated) {
  const std::string body = line(R"({"content":"a"})") + kEnd;
  EXPECT_FALSE(read(line(R"({"content":"a"})")).complete);
  EXPECT_FALSE(read(body.substr(0, body.size() - 1)).complete);
  EXPECT_FALSE(read("").complete);
}

TEST(OllamaDecoder, WhatIsNoJsonFailsAfterWhatCameBefore) {
  const Reading reading = read(line(R"({"content":"a"})") + "<html>");
  EXPECT_EQ(reading.events, (Lines{"info  m", R"(text "a")"}));
  EXPECT_NE(reading.failure.find("not JSON"), std::string::npos);
  EXPECT_FALSE(reading.complete);
  EXPECT_NE(read("{\"a\":]}").failure.find("not JSON"), std::string::npos);
}

TEST(OllamaDecoder, AnAnswerThatWasNotStreamedIsAStreamOfOneObject) {
  const Reading reading = read(
      "{\n  \"model\": \"m\",\n  \"message\": {\"content\": \"all\"},\n"
      "  \"done\": true, \"done_reason\": \"stop\"\n}\n");
  EXPECT_EQ(reading.events, (Lines{"info  m", R"(text "all")", R"(finish stop "stop")"}));
  EXPECT_TRUE(reading.complete);
}

TEST(OllamaDecoder, AnAnswerHasOnlySoManyCalls) {
  std::string calls;
  for (int i = 0; i <= OllamaDecoder::kCallsMax; ++i) {
    calls += std::string(i > 0 ? "," : "") + R"({"function":{"name":"f"}})";
  }
  const Reading reading = read_chunks([] { return std::make_unique<OllamaDecoder>(); },
                                      {line(R"({"tool_calls":[)" + calls + "]}")});
  EXPECT_NE(reading.failure.find("tool calls"), std::string::npos);
}

}  // namespace
}  // namespace tactus::llm
