#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/cassette/redactor.hpp>
#include <tactus/llm/cassette/subject.hpp>

namespace tactus::llm::cassette {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kKey = "sk-0123456789";

std::string shown(const net::RequestSubject& subject) { return dump_json(subject.asked); }

net::HttpRequest request_with(net::Headers headers, std::string url = "https://a.example/x") {
  net::HttpRequest request;
  request.url = std::move(url);
  request.headers = std::move(headers);
  return request;
}

TEST(CassetteRedactor, TheCredentialsOfARequestAreKnownWhateverHeaderTheyComeIn) {
  for (const auto& [name, value] : net::Headers{{"Authorization", std::string("Bearer ") + kKey},
                                                {"authorization", std::string("Basic ") + kKey},
                                                {"x-api-key", kKey},
                                                {"X-Goog-Api-Key", kKey},
                                                {"X-Amz-Security-Token", kKey},
                                                {"Cookie", kKey}}) {
    Redactor redactor({});
    redactor.learn(request_with({{name, value}}));
    EXPECT_EQ(redactor.text(std::string("Incorrect API key provided: ") + kKey + "."),
              "Incorrect API key provided: ***.")
        << name;
  }
}

TEST(CassetteRedactor, OrdinaryHeadersAreNoSecrets) {
  Redactor redactor({});
  redactor.learn(request_with({{"Content-Type", "application/json"}, {"X-Tenant", "production"}}));
  EXPECT_EQ(redactor.text("application/json in production"), "application/json in production");
}

TEST(CassetteRedactor, QueriesFormsAndBodiesLoseWhatIsCalledLikeASecret) {
  net::HttpRequest request = request_with(
      {{"Content-Type", "application/json"}},
      "https://user:pass@a.example/find?q=river&api_key=abc&X-Amz-Signature=def&page=2");
  request.body =
      R"({"text":"hi","auth":{"client_secret":"hush"},"list":[{"Password":"p"}],"token":7})";
  Redactor redactor({});
  const std::string kept = shown(redactor.subject(http_subject(request, "1")));
  EXPECT_THAT(kept,
              HasSubstr("https://a.example/find?q=river&api_key=***&X-Amz-Signature=***&page=2"));
  EXPECT_THAT(kept, HasSubstr(R"("client_secret":"***")"));
  EXPECT_THAT(kept, HasSubstr(R"("Password":"***")"));
  EXPECT_THAT(kept, HasSubstr(R"("token":7)"));
  EXPECT_THAT(kept, HasSubstr(R"("text":"hi")"));

  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = "grant=code&client_secret=hush&x";
  EXPECT_THAT(shown(redactor.subject(http_subject(request, "1"))),
              HasSubstr(R"("form":"grant=code&client_secret=***&x")"));
}

TEST(CassetteRedactor, MessagesKeepTheirWordsExceptForKnownValues) {
  ModelRequest request;
  request.model = "gpt-4o";
  request.messages.push_back(
      {Role::kUser, std::string("my password is x, my key ") + kKey, {}, "", ""});
  request.tools.push_back(
      {"login", "", JsonObject{{"properties", JsonObject{{"token", "string"}}}}});
  request.settings.extra_body = JsonObject{{"api_key", "inner"}, {"user", "me"}};
  const std::vector<std::string> secrets = {kKey};
  const std::string kept = shown(Redactor(secrets).subject(model_subject("openai", request, "")));
  EXPECT_THAT(kept, HasSubstr("my password is x, my key ***"));
  EXPECT_THAT(kept, HasSubstr(R"("token":"string")")) << "a tool's parameter is no secret";
  EXPECT_THAT(kept, HasSubstr(R"("extra_body":{"api_key":"***","user":"me"})"));
}

TEST(CassetteRedactor, AnswersAreOverwrittenInPlaceAlsoAcrossChunks) {
  const std::vector<std::string> secrets = {kKey, "short"};
  std::vector<Recording::Chunk> chunks = {{Recording::Time(1), "you sent sk-0123"},
                                          {Recording::Time(2), "45"},
                                          {Recording::Time(3), "6789, short"}};
  Redactor(secrets).overwrite(chunks);
  EXPECT_EQ(chunks[0].bytes, "you sent *******");
  EXPECT_EQ(chunks[1].bytes, "**");
  EXPECT_EQ(chunks[2].bytes, "****, short") << "what is short may be any word";
}

TEST(CassetteRedactor, OnlyHeadersThatMatterForReadingAreKept) {
  const net::Headers all = {{"content-type", "text/event-stream"},
                            {"set-cookie", "session=1"},
                            {"retry-after", "2"},
                            {"x-request-id", "req_1"},
                            {"openai-organization", "acme"},
                            {"location", "https://a.example/?token=abc&page=1"}};
  const net::Headers kept = {{"content-type", "text/event-stream"},
                             {"retry-after", "2"},
                             {"x-request-id", "req_1"},
                             {"location", "https://a.example/?token=***&page=1"}};
  EXPECT_EQ(Redactor({}).headers(all), kept);
}

TEST(CassetteSubject, IdsOfCallsAreTheirOrder) {
  const auto conversation = [](const std::string& id) {
    ModelRequest request;
    request.messages.push_back(
        {Role::kAssistant, "", {{id, "look", "{}"}, {id + "b", "look", "{}"}}, "", ""});
    request.messages.push_back({Role::kTool, "found", {}, id + "b", "look"});
    return model_subject("openai", request, "");
  };
  EXPECT_EQ(key_of(conversation("one")), key_of(conversation("other")));
  EXPECT_THAT(shown(conversation("one")), HasSubstr(R"("tool_call":"call-2")"));
  EXPECT_THAT(shown(conversation("one")), Not(HasSubstr("one")));
}

}  // namespace
}  // namespace tactus::llm::cassette
