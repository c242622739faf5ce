// Every recorded error answer becomes a failure that says what it said.
#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>

#include "fixtures.hpp"

namespace tactus::llm {
namespace {

net::Headers headers_of(const Json& answer) {
  net::Headers headers;
  for (const auto& header : answer.at("headers").get_object()) {
    headers.emplace_back(header.key(), std::string(header.value().get_string()));
  }
  return headers;
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? std::string(value.get_string()) : dump_json(value);
}

// What each kind of failure must be made of: by the provider's own words, not by our code.
ErrorCode expected_code(int status, const std::string& message, const std::string& type) {
  const auto says = [&](std::string_view words) {
    return message.find(words) != std::string::npos;
  };
  if (says("context length") || says("context window") || says("context size") ||
      says("length of all messages") || says("prompt is too long") ||
      says("Input Tokens Exceeded")) {
    return ErrorCode::kProviderContext;
  }
  if (status == 401 || status == 403 || says("Incorrect API key") ||
      type == "authentication_error") {
    return ErrorCode::kProviderAuth;
  }
  return status >= 500 ? ErrorCode::kProviderUnavailable : ErrorCode::kProviderBadRequest;
}

// Checks every answer of the APIs whose names begin so.
void expect_failures(const Provider& provider, std::string_view api, std::size_t answers_min) {
  if (!wire::manifest()) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  std::size_t answers = 0;
  for (const Json& answer : wire::manifest()->at("http_errors").get_array()) {
    if (!string_member(answer, "api").starts_with(api)) continue;
    SCOPED_TRACE(string_member(answer, "id"));
    ++answers;
    const int status = static_cast<int>(int_member(answer, "http_status"));
    const net::Headers headers = headers_of(answer);
    const Json& expected = answer.at("expected").at("error");
    const std::string message = text_of(expected.at("message"));
    const ProviderFailure failure =
        provider.failure(status, headers, wire::recorded_bytes(string_member(answer, "file")));
    EXPECT_EQ(failure.http_status, status);
    EXPECT_EQ(failure.provider_type, text_of(expected.at("type")));
    EXPECT_EQ(failure.provider_code, text_of(expected.at("code")));
    EXPECT_EQ(failure.provider_message.substr(0, message.size()), message);
    EXPECT_NE(failure.error.message.find(message), std::string::npos) << failure.error.message;
    EXPECT_NE(failure.error.message.find("acme"), std::string::npos);
    EXPECT_NE(failure.error.message.find(std::to_string(status)), std::string::npos);
    EXPECT_EQ(failure.error.code, expected_code(status, message, failure.provider_type))
        << error_code_name(failure.error.code);
    EXPECT_EQ(failure.retryable, status >= 500);
    for (const char* name : {"x-request-id", "request-id", "x-amzn-requestid"}) {
      const auto id = net::find_header(headers, name);
      if (!id) continue;
      EXPECT_EQ(failure.request_id, *id);
      EXPECT_NE(failure.error.message.find(*id), std::string::npos);
    }
  }
  EXPECT_GE(answers, answers_min);
}

template <typename Options>
Options acme() {
  Options options;
  options.name = "acme";
  return options;
}

TEST(RecordedErrors, OfOpenAiAndCompatibleServersSayWhatTheProviderSaid) {
  expect_failures(*make_openai_provider(acme<OpenAiOptions>()), "openai-", 30);
}

TEST(RecordedErrors, OfAnthropicSayWhatTheProviderSaid) {
  expect_failures(*make_anthropic_provider(acme<EndpointOptions>()), "anthropic-", 11);
}

TEST(RecordedErrors, OfGeminiSayWhatTheProviderSaid) {
  expect_failures(*make_gemini_provider(acme<EndpointOptions>(), GeminiAccess::kApiKey), "gemini",
                  5);
}

TEST(RecordedErrors, OfBedrockSayWhatTheProviderSaid) {
  expect_failures(*make_bedrock_provider(BedrockOptions(acme<EndpointOptions>())), "bedrock-", 9);
}

}  // namespace
}  // namespace tactus::llm
