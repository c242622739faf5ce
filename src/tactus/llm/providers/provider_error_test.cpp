#include <gtest/gtest.h>

#include <tactus/llm/providers/provider_error.hpp>

namespace tactus::llm {
namespace {

using std::chrono::milliseconds;

const ErrorContext kContext{"acme", "sk-secret-1", "ACME_KEY"};
const WallTime kNow{std::chrono::seconds{1'792'000'000}};

ProviderFailure failed(int status, std::string_view body = "", const net::Headers& headers = {}) {
  return failure_of_status(kContext, status, headers, body, kNow);
}

TEST(ProviderError, EveryStatusHasItsCodeAndAdvice) {
  struct Case {
    int status;
    ErrorCode code;
    bool retryable;
  };
  const Case cases[] = {
      {400, ErrorCode::kProviderBadRequest, false}, {401, ErrorCode::kProviderAuth, false},
      {402, ErrorCode::kProviderBadRequest, false}, {403, ErrorCode::kProviderAuth, false},
      {404, ErrorCode::kProviderBadRequest, false}, {408, ErrorCode::kProviderUnavailable, true},
      {409, ErrorCode::kProviderUnavailable, true}, {413, ErrorCode::kProviderContext, false},
      {422, ErrorCode::kProviderBadRequest, false}, {424, ErrorCode::kProviderUnavailable, true},
      {425, ErrorCode::kProviderUnavailable, true}, {429, ErrorCode::kProviderRateLimit, true},
      {500, ErrorCode::kProviderUnavailable, true}, {501, ErrorCode::kProviderUnavailable, false},
      {502, ErrorCode::kProviderUnavailable, true}, {503, ErrorCode::kProviderUnavailable, true},
      {504, ErrorCode::kProviderUnavailable, true}, {522, ErrorCode::kProviderUnavailable, true},
      {529, ErrorCode::kProviderUnavailable, true}, {301, ErrorCode::kProviderBadRequest, false}};
  for (const Case& c : cases) {
    const ProviderFailure failure = failed(c.status);
    EXPECT_EQ(failure.error.code, c.code) << c.status;
    EXPECT_EQ(failure.retryable, c.retryable) << c.status;
    EXPECT_EQ(failure.error.message, fmt::format("acme answered HTTP {}", c.status));
  }
}

TEST(ProviderError, SaysWhatTheProviderSaid) {
  const ProviderFailure failure =
      failed(404, R"({"error":{"message":"no such model","type":"t","code":"model_not_found"}})",
             {{"x-request-id", "req_1"}});
  EXPECT_EQ(failure.error.message,
            "acme answered HTTP 404 (model_not_found): no such model [request req_1]");
  EXPECT_NE(failure.error.hint, "");
  EXPECT_EQ(failed(401).error.hint, "check ACME_KEY");
}

TEST(ProviderError, ReadsEveryShapeOfBody) {
  const auto message = [](std::string_view body) { return failed(400, body).provider_message; };
  EXPECT_EQ(message(R"({"error":"m","code":"c"})"), "m");
  EXPECT_EQ(message(R"({"object":"error","message":"m","type":"t","code":"1500"})"), "m");
  EXPECT_EQ(message(R"({"detail":"m"})"), "m");
  EXPECT_EQ(message(R"({"detail":[{"loc":["body"],"msg":"m"},{"msg":"n"}]})"), "m; n");
  EXPECT_EQ(message(R"({"detail":{"message":"m"}})"), "m");
  EXPECT_EQ(message(R"({"message":"m"})"), "m");
  EXPECT_EQ(message(R"({"type":"error","error":{"type":"t","message":"m"}})"), "m");
  EXPECT_EQ(message(R"([{"error":{"code":400,"message":"m","status":"S"}}])"), "m");
  EXPECT_EQ(message(R"({"error":{"message":"m","metadata":{"raw":"why"}}})"), "m (why)");
  EXPECT_EQ(message("upstream timed out\n"), "upstream timed out");
  EXPECT_EQ(message("<html><body>Bad gateway</body></html>"), "");
  EXPECT_EQ(message("\xFF\xFE"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ProviderError, AFailingServerComesWithAHint) {
  for (const int status : {408, 500, 501, 503, 529}) {
    EXPECT_EQ(failed(status).error.code, ErrorCode::kProviderUnavailable) << status;
    EXPECT_NE(failed(status).error.hint, "") << status;
  }
}

TEST(ProviderError, LackOfCreditIsNoReasonToTryAgain) {
  const ProviderFailure failure = failed(
      429,
      R"({"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}})",
      {{"x-should-retry", "true"}});
  EXPECT_EQ(failure.error.code, ErrorCode::kProviderRateLimit);
  EXPECT_FALSE(failure.retryable);
  EXPECT_NE(failure.error.hint.find("credit"), std::string::npos);
}

TEST(ProviderError, ContextAndKeyAreFoundBehindABadRequest) {
  for (const char* body : {R"({"error":{"code":"context_length_exceeded","message":"x"}})",
                           R"({"error":{"type":"exceed_context_size_error","message":"x"}})",
                           R"({"error":{"message":"prompt is too long: 5 tokens"}})"}) {
    EXPECT_EQ(failed(400, body).error.code, ErrorCode::kProviderContext) << body;
  }
  EXPECT_EQ(failed(400, R"({"error":"Incorrect API key provided."})").error.code,
            ErrorCode::kProviderAuth);
}

TEST(ProviderError, TheProviderMaySayWhetherToTryAgain) {
  EXPECT_FALSE(failed(500, "", {{"x-should-retry", "false"}}).retryable);
  EXPECT_TRUE(failed(400, "", {{"x-should-retry", "true"}}).retryable);
}

TEST(ProviderError, SecretsAreStruckOut) {
  const ProviderFailure failure = failed(401, R"({"error":"bad key sk-secret-1 and sk-secret-1"})");
  EXPECT_EQ(failure.error.message.find("sk-secret"), std::string::npos);
  EXPECT_EQ(failure.provider_message, "bad key *** and ***");
}

TEST(ProviderError, SecretsAreStruckOutOfCodesAndRequestIdsToo) {
  const ProviderFailure failure =
      failed(401, R"({"error":{"message":"no","type":"t-sk-secret-1","code":"c-sk-secret-1"}})",
             {{"x-request-id", std::string(290, 'r') + "sk-secret-1"}});
  EXPECT_EQ(failure.provider_type, "t-***");
  EXPECT_EQ(failure.provider_code, "c-***");
  EXPECT_EQ(failure.request_id.find("sk-s"), std::string::npos);
  EXPECT_EQ(failure.error.message.find("sk-s"), std::string::npos);
}

TEST(ProviderError, LongMessagesAreCut) {
  const ProviderFailure failure = failed(400, R"({"error":")" + std::string(100'000, 'x') + "\"}");
  EXPECT_LT(failure.error.message.size(), 3000u);
}

TEST(RetryAfter, IsReadInEveryForm) {
  const auto wait = [](net::Headers headers) { return retry_after_of(headers, kNow); };
  EXPECT_EQ(wait({{"retry-after-ms", "250"}, {"retry-after", "9"}}), milliseconds(250));
  EXPECT_EQ(wait({{"retry-after", "2"}}), milliseconds(2000));
  EXPECT_EQ(wait({{"retry-after", "0.5"}}), milliseconds(500));
  EXPECT_EQ(wait({{"retry-after", "-3"}}), milliseconds(0));
  const time_t later = 1'792'000'000 + 90;
  tm parts{};
  gmtime_r(&later, &parts);
  char date[64];
  strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  EXPECT_EQ(wait({{"retry-after", date}}), milliseconds(90'000));
  EXPECT_EQ(wait({{"retry-after", "Wed, 21 Oct 2015 07:28:00 GMT"}}), milliseconds(0));
  EXPECT_EQ(wait({{"retry-after", "soon"}}), std::nullopt);
  EXPECT_EQ(wait({{"retry-after", "nan"}}), milliseconds(0));
  EXPECT_EQ(wait({}), std::nullopt);
}

TEST(RetryAfter, MayStandInTheBody) {
  EXPECT_EQ(
      failed(429, R"({"error":{"message":"m","details":[{"retryDelay":"34s"}]}})").retry_after,
      milliseconds(34'000));
}

TEST(StreamError, IsSortedByWhatItSays) {
  struct Case {
    InBandError error;
    ErrorCode code;
    bool retryable;
  };
  const Case cases[] = {
      {{"", "502", "m"}, ErrorCode::kProviderUnavailable, true},
      {{"", "429", "m"}, ErrorCode::kProviderRateLimit, true},
      {{"insufficient_quota", "", "m"}, ErrorCode::kProviderRateLimit, false},
      {{"rate_limit_error", "", "m"}, ErrorCode::kProviderRateLimit, true},
      {{"overloaded_error", "", "m"}, ErrorCode::kProviderUnavailable, true},
      {{"server_error", "", "m"}, ErrorCode::kProviderUnavailable, true},
      {{"invalid_request_error", "", "m"}, ErrorCode::kProviderBadRequest, false},
      {{"invalid_request_error", "tool_use_failed", "m"}, ErrorCode::kProviderStream, true},
      {{"", "context_length_exceeded", "m"}, ErrorCode::kProviderContext, false},
      {{"authentication_error", "", "m"}, ErrorCode::kProviderAuth, false},
      {{"", "", "it broke"}, ErrorCode::kProviderStream, true}};
  for (const Case& c : cases) {
    const ProviderFailure failure = failure_of_stream(kContext, c.error, {});
    EXPECT_EQ(failure.error.code, c.code) << c.error.type << c.error.code;
    EXPECT_EQ(failure.retryable, c.retryable) << c.error.type << c.error.code;
    EXPECT_EQ(failure.provider_message, c.error.message);
  }
}

}  // namespace
}  // namespace tactus::llm
