// The expected signature was computed by another implementation (Python's hmac).
#include <gtest/gtest.h>

#include <tactus/llm/aws/sigv4.hpp>

namespace tactus::llm::aws {
namespace {

const WallTime kNow{std::chrono::seconds(1'769'903'998)};
const SigningScope kScope{"eu-west-1", "bedrock"};

net::HttpRequest request() {
  net::HttpRequest request;
  request.url = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/us.m%3A0/converse-stream";
  request.headers = {{"Content-Type", "application/json"}, {"X-Other", "unsigned"}};
  request.body = R"({"a":1})";
  return request;
}

Credentials temporary() { return {"AKIATEST", "secret/key+1", "token==", std::nullopt}; }

std::string header(const net::HttpRequest& request, std::string_view name) {
  return std::string(net::find_header(request.headers, name).value_or("absent"));
}

TEST(SigV4, DatesAreInUtc) {
  EXPECT_EQ(amz_date(kNow), "20260131T235958Z");
  EXPECT_EQ(amz_date(kNow + std::chrono::milliseconds(999)), "20260131T235958Z");
}

TEST(SigV4, ARequestIsSignedWithItsHostTypeAndToken) {
  net::HttpRequest signed_request = request();
  ASSERT_TRUE(sign_request(signed_request, temporary(), kScope, kNow));
  EXPECT_EQ(header(signed_request, "x-amz-date"), "20260131T235958Z");
  EXPECT_EQ(header(signed_request, "x-amz-security-token"), "token==");
  EXPECT_EQ(header(signed_request, "authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIATEST/20260131/eu-west-1/bedrock/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, "
            "Signature=2abc10bffd440c32a51ef73b70f82bc9cc192b356e0217cf7c16ceab1abb6906");
  EXPECT_EQ(header(signed_request, "x-other"), "unsigned");
}

TEST(SigV4, SigningAgainReplacesWhatWasThere) {
  net::HttpRequest once = request(), twice = request();
  ASSERT_TRUE(sign_request(once, {"AKIATEST", "secret/key+1", "", {}}, kScope, kNow));
  ASSERT_TRUE(sign_request(twice, temporary(), kScope, kNow - std::chrono::hours(1)));
  ASSERT_TRUE(sign_request(twice, {"AKIATEST", "secret/key+1", "", {}}, kScope, kNow));
  EXPECT_EQ(once.headers, twice.headers);
  EXPECT_EQ(header(once, "x-amz-security-token"), "absent");
}

TEST(SigV4, EveryPartOfTheRequestChangesTheSignature) {
  const auto signature = [](net::HttpRequest changed, const Credentials& credentials = temporary(),
                            const SigningScope& scope = kScope, WallTime now = kNow) {
    EXPECT_TRUE(sign_request(changed, credentials, scope, now));
    return header(changed, "authorization");
  };
  const std::string plain = signature(request());
  net::HttpRequest changed = request();
  changed.body += " ";
  EXPECT_NE(signature(changed), plain);
  changed = request();
  changed.method = "PUT";
  EXPECT_NE(signature(changed), plain);
  changed = request();
  changed.url += "?a=1";
  EXPECT_NE(signature(changed), plain);
  changed = request();
  changed.headers[0].second = "text/plain";
  EXPECT_NE(signature(changed), plain);
  changed = request();
  changed.headers[1].second = "changed";
  EXPECT_EQ(signature(changed), plain) << "proxies may change what is not signed";
  EXPECT_NE(signature(request(), {"AKIATEST", "secret/key+2", "token==", {}}), plain);
  EXPECT_NE(signature(request(), temporary(), {"us-east-1", "bedrock"}), plain);
  EXPECT_NE(signature(request(), temporary(), kScope, kNow + std::chrono::seconds(1)), plain);
}

TEST(SigV4, AnUnusualPortIsPartOfTheHost) {
  const auto canonical = [](const std::string& host) {
    SignedParts parts;
    parts.method = "GET";
    parts.path = "/";
    parts.headers = {{"host", host}};
    return sign(parts, temporary(), kScope, "20260131T235958Z").authorization;
  };
  net::HttpRequest local = request();
  local.url = "http://127.0.0.1:8080/model/x/converse";
  ASSERT_TRUE(sign_request(local, temporary(), kScope, kNow));
  net::HttpRequest other = request();
  other.url = "http://127.0.0.1:8081/model/x/converse";
  ASSERT_TRUE(sign_request(other, temporary(), kScope, kNow));
  EXPECT_NE(header(local, "authorization"), header(other, "authorization"));
  EXPECT_NE(canonical("a"), canonical("a:8080"));
}

TEST(SigV4, AUrlThatIsNoneIsAConfigurationError) {
  net::HttpRequest bad = request();
  bad.url = "bedrock";
  const auto refused = sign_request(bad, temporary(), kScope, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace tactus::llm::aws
