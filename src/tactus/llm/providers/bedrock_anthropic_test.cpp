// Claude on Bedrock in Anthropic's dialect, on hand-made bodies.
#include <openssl/evp.h>

#include <tactus/llm/aws/event_stream_test_support.hpp>
#include <tactus/llm/bedrock_anthropic_provider.hpp>
#include <tactus/llm/providers/bedrock_anthropic.hpp>
#include <tactus/llm/providers/cut_test_support.hpp>

namespace tactus::llm {
namespace {

using aws::testing_support::event_message;
using aws::testing_support::exception_message;
using testing::Lines;
using testing::read_body;
using testing::Reading;

Reading read(std::string_view body, const std::string& output_tool = "") {
  return read_body([&] { return std::make_unique<BedrockAnthropicDecoder>(output_tool); }, body);
}

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()),
      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return text;
}

std::string chunk(std::string_view event) {
  return event_message("chunk", R"({"bytes":")" + base64(event) + R"(","p":"abc"})");
}

std::string text(std::string_view piece) {
  return chunk(R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":")" +
               std::string(piece) + R"("}})");
}
const std::string kStart =
    chunk(
        R"({"type":"message_start","message":{"id":"m1","model":"claude","usage":{"input_tokens":3,
             "output_tokens":1}}})") +
    chunk(R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
const std::string kEnd =
    chunk(R"({"type":"content_block_stop","index":0})") +
    chunk(R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},
             "usage":{"output_tokens":4}})") +
    chunk(R"({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3}})");

TEST(BedrockAnthropic, EventsComeInFrames) {
  const Reading reading = read(kStart + text("Grü") + text("ße") + kEnd);
  EXPECT_EQ(reading.events.front(), "info m1 claude");
  EXPECT_EQ(std::count(reading.events.begin(), reading.events.end(), R"(text "Grü")"), 1);
  EXPECT_EQ(std::count(reading.events.begin(), reading.events.end(), R"(text "ße")"), 1);
  EXPECT_EQ(std::count(reading.events.begin(), reading.events.end(), R"(finish stop "end_turn")"),
            1);
  EXPECT_TRUE(reading.complete);
  EXPECT_TRUE(reading.ended);
}

TEST(BedrockAnthropic, AStreamThatIsCutIsTruncated) {
  const std::string body = kStart + text("a") + kEnd;
  EXPECT_FALSE(read(kStart + text("a")).complete);
  EXPECT_FALSE(read(body.substr(0, body.size() - 1)).complete);
  EXPECT_FALSE(read("").complete);
}

TEST(BedrockAnthropic, AnExceptionEndsTheAnswer) {
  const Reading reading = read(
      kStart + text("a") + exception_message("throttlingException", R"({"message":"too fast"})"));
  EXPECT_EQ(reading.events.back(), "error throttlingException/: too fast");
  EXPECT_FALSE(reading.complete);
  EXPECT_TRUE(reading.ended);
}

TEST(BedrockAnthropic, WhatIsNoEventFails) {
  EXPECT_NE(read(event_message("chunk", R"({"bytes":"=="})")).failure.find("not base64"),
            std::string::npos);
  EXPECT_NE(read(chunk("{broken")).failure.find("not JSON"), std::string::npos);
  EXPECT_EQ(read(event_message("somethingNew", "{}")).failure, "");
}

TEST(BedrockAnthropic, AnAnswerThatWasNotStreamedIsOneDocument) {
  const Reading reading = read(
      R"({"id":"m1","model":"claude","content":[{"type":"text","text":"all"}],
          "stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":2}})");
  EXPECT_EQ(std::count(reading.events.begin(), reading.events.end(), R"(text "all")"), 1);
  EXPECT_TRUE(reading.complete);
  EXPECT_EQ(read(R"({"message":"it failed"})").events, (Lines{"error /: it failed"}));
}

TEST(BedrockAnthropic, TheBodyNamesItsVersionInsteadOfTheModel) {
  ModelRequest request;
  request.model = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
  Message asked;
  asked.content = "Hi";
  request.messages.push_back(asked);
  const JsonObject body = bedrock_anthropic_body(request);
  EXPECT_EQ(body.at("anthropic_version"), Json("bedrock-2023-05-31"));
  EXPECT_FALSE(body.contains("model"));
  EXPECT_FALSE(body.contains("stream"));
  EXPECT_TRUE(body.contains("max_tokens"));
  EndpointOptions endpoint;
  endpoint.api_key = "k";
  endpoint.base_url = "https://bedrock-runtime.{region}.amazonaws.com";
  BedrockOptions options(endpoint);
  const std::string base =
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
      "us.anthropic.claude-haiku-4-5-20251001-v1%3A0/";
  EXPECT_EQ(make_bedrock_anthropic_provider(options)->build(request)->url,
            base + "invoke-with-response-stream");
  request.stream = false;
  EXPECT_EQ(make_bedrock_anthropic_provider(options)->build(request)->url, base + "invoke");
}

}  // namespace
}  // namespace tactus::llm
