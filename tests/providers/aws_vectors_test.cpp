// AWS's own vectors for its event streams and for Signature Version 4.
#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/aws/event_stream.hpp>
#include <tactus/llm/aws/sigv4.hpp>

#include "fixtures.hpp"

namespace tactus::llm::aws {
namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
    }
  }
  return text;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

// As the manifest writes a header's value.
Json value_of(const EventHeader& header) {
  if (const auto* flag = std::get_if<bool>(&header.value)) return Json(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&header.value)) return Json(*number);
  const auto& bytes = std::get<std::string>(header.value);
  if (header.type == EventHeader::Type::kBytes) return Json(base64(bytes));
  return Json(header.type == EventHeader::Type::kUuid ? hex(bytes) : bytes);
}

void expect_frame(const EventMessage& message, const Json& frame) {
  EXPECT_EQ(base64(message.payload), string_member(frame, "payload_base64"));
  JsonObject headers;
  for (const EventHeader& header : message.headers) headers[header.name] = value_of(header);
  EXPECT_EQ(Json(headers), frame.at("headers"));
}

TEST(AwsVectors, EventStreams) {
  const auto manifest = wire::aws_fixture("eventstream/manifest.json");
  if (!manifest) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  const auto vectors = parse_json(*manifest);
  ASSERT_TRUE(vectors);
  std::size_t seen = 0;
  for (const Json& vector : vectors->at("vectors").get_array()) {
    const std::string file(string_member(vector, "file"));
    SCOPED_TRACE(file);
    const std::string bytes = wire::aws_fixture(file).value_or("");
    ASSERT_EQ(bytes.size(), static_cast<std::size_t>(int_member(vector, "bytes")));
    ++seen;
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      EventStreamDecoder decoder;
      std::vector<EventMessage> messages;
      for (const std::string& part : {bytes.substr(0, cut), bytes.substr(cut)}) {
        auto decoded = decoder.push(part);
        if (!decoded) break;
        for (EventMessage& message : *decoded) messages.push_back(std::move(message));
      }
      if (!bool_member(vector, "ok")) {
        ASSERT_FALSE(decoder.finish()) << "cut at byte " << cut;
        const std::string reason(string_member(vector, "reason"));
        const std::string prelude = reason.starts_with("prelude") ? "prelude" : "it does not match";
        EXPECT_NE(decoder.finish().error().message.find(prelude), std::string::npos);
        EXPECT_TRUE(messages.empty());
        continue;
      }
      ASSERT_TRUE(decoder.finish()) << "cut at byte " << cut;
      const JsonArray& frames = vector.at("frames").get_array();
      ASSERT_EQ(messages.size(), frames.size());
      for (std::size_t i = 0; i < frames.size(); ++i) expect_frame(messages[i], frames[i]);
    }
  }
  EXPECT_EQ(seen, 9u);
}

// A request as the suite writes it: a line, headers, maybe a body.
SignedParts parts_of(std::string_view text) {
  SignedParts parts;
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, line_end);
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(" HTTP/");
  parts.method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::size_t query = std::min(target.find('?'), target.size());
  parts.path = target.substr(0, query);
  if (query < target.size()) parts.query = target.substr(query + 1);
  text.remove_prefix(std::min(line_end + 1, text.size()));
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view header = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (header.empty()) break;
    const std::size_t colon = header.find(':');
    parts.headers.emplace_back(header.substr(0, colon), header.substr(colon + 1));
  }
  parts.body = text;
  return parts;
}

// The suite's own answer contradicts itself: its signature is not that of its string to sign.
const std::string kInconsistent = "get-vanilla-with-session-token";

TEST(AwsVectors, SignatureVersion4) {
  const auto manifest_text = wire::aws_fixture("sigv4/manifest.json");
  if (!manifest_text) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  const auto manifest = parse_json(*manifest_text);
  ASSERT_TRUE(manifest);
  const auto text = [&](std::string_view key) {
    return std::string(string_member(*manifest, key));
  };
  const Credentials credentials{text("access_key"), text("secret_key"), "", std::nullopt};
  const SigningScope scope{text("region"), text("service")};
  std::size_t seen = 0;
  for (const Json& entry : manifest->at("cases").get_array()) {
    const std::string name(string_member(entry, "case"));
    SCOPED_TRACE(name);
    ++seen;
    const auto file = [&](const std::string& kind) {
      return wire::aws_fixture("sigv4/" + name + "." + kind).value_or("");
    };
    const std::string request = file("req");
    SignedParts parts = parts_of(request);
    // The one case whose token is signed has it only in the request that is the result.
    const std::string canonical = file("creq");
    const std::size_t token = canonical.find("x-amz-security-token:");
    if (token != std::string::npos) {
      const std::size_t value = canonical.find(':', token) + 1;
      parts.headers.emplace_back("X-Amz-Security-Token",
                                 canonical.substr(value, canonical.find('\n', value) - value));
    }
    const Signature signature = sign(parts, credentials, scope, text("date"));
    EXPECT_EQ(signature.canonical_request, canonical);
    EXPECT_EQ(signature.string_to_sign, file("sts"));
    if (name == kInconsistent) continue;
    EXPECT_EQ(signature.authorization, file("authz"));
  }
  EXPECT_EQ(seen, 20u);
}

TEST(AwsVectors, APostWithABodyAndASessionToken) {
  const auto text = wire::aws_fixture("sigv4/bedrock-mantle-post.json");
  if (!text) GTEST_SKIP() << "no recordings at ../shared/fixtures";
  const auto vector = parse_json(*text);
  ASSERT_TRUE(vector);
  const Json& keys = vector->at("credentials");
  const Json& described = vector->at("request");
  const Json& expected = vector->at("expected");
  net::HttpRequest request;
  request.method = string_member(described, "method");
  request.url = string_member(described, "url");
  request.body = string_member(described, "body");
  request.headers = {{"Content-Type", std::string(string_member(described, "contentType"))},
                     {"X-Amz-Content-Sha256", std::string(string_member(expected, "payloadHash"))}};
  const Credentials credentials{std::string(string_member(keys, "accessKeyId")),
                                std::string(string_member(keys, "secretAccessKey")),
                                std::string(string_member(keys, "sessionToken")), std::nullopt};
  const std::string date(string_member(*vector, "signingDate"));  // With milliseconds.
  const auto now = parse_time(date.substr(0, date.find('.')) + ".000000Z");
  ASSERT_TRUE(now);
  ASSERT_TRUE(sign_request(request, credentials,
                           {std::string(string_member(*vector, "region")),
                            std::string(string_member(*vector, "service"))},
                           *now));
  EXPECT_EQ(net::find_header(request.headers, "x-amz-date"), string_member(expected, "date"));
  EXPECT_EQ(net::find_header(request.headers, "authorization"),
            string_member(expected, "authorization"));
}

}  // namespace
}  // namespace tactus::llm::aws
