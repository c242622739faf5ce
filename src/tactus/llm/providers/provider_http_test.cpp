// Each dialect over a real connection: a small server that says what it was asked and answers from
// a script, the HTTP client, the model client.
#include <gtest/gtest.h>

#include <tactus/llm/aws/event_stream_test_support.hpp>
#include <tactus/llm/model_client.hpp>
#include <tactus/net/net_test_support.hpp>

namespace tactus::llm {
namespace {

using aws::testing_support::event_message;
using aws::testing_support::exception_message;
using net::testing_support::Loop;
using net::testing_support::TestServer;

struct Script {
  int status = 200;
  std::string type;
  std::vector<std::string> pieces;  // Each written by itself.
};

class ProviderHttpTest : public testing::Test {
 protected:
  ~ProviderHttpTest() override { http_.reset(); }

  void will_answer(std::string path, Script script) { scripts_[std::move(path)] = script; }

  AttemptResult ask(const Provider& provider, std::string model = "m") {
    ModelRequest request;
    request.model = std::move(model);
    Message message;
    message.content = "Hi";
    request.messages.push_back(message);
    text_.clear();
    calls_.clear();
    ModelClient client(*http_);
    StopToken stop;
    const ModelClient::OnEvents on_events = [this](std::vector<ModelEvent>& events) {
      for (const ModelEvent& event : events) {
        if (const auto* piece = std::get_if<TextDelta>(&event)) text_ += piece->text;
        if (const auto* call = std::get_if<ToolCallStart>(&event)) calls_ += call->name + " ";
      }
    };
    return loop_.run(client.run(provider, request, stop, on_events));
  }

  EndpointOptions endpoint(std::string name) {
    EndpointOptions options;
    options.name = std::move(name);
    options.base_url = server_.url("");
    options.api_key = "key-1";
    return options;
  }

  std::string header(const std::string& path, std::string_view name) {
    return std::string(net::find_header(seen_.at(path).headers, name).value_or("absent"));
  }

  Loop loop_;
  std::map<std::string, Script> scripts_;
  std::map<std::string, net::ServerRequest> seen_;  // Last request by path.
  TestServer server_{loop_, [this](net::ServerRequest request, net::Responder& responder) {
                       return answer(std::move(request), responder);
                     }};
  std::unique_ptr<net::HttpClient> http_ =
      std::move(*net::HttpClient::open(loop_.executor(), net::HttpClientOptions()));
  std::string text_, calls_;

 private:
  awaitable<void> answer(net::ServerRequest request, net::Responder& responder) {
    const std::string path = request.path;
    const auto script = scripts_.find(path);
    seen_[path] = std::move(request);
    if (script == scripts_.end()) {
      const net::ServerResponse missing{404, {}, R"({"error":"no script"})"};
      (void)co_await responder.send(missing);
      co_return;
    }
    const net::Headers headers = {{"Content-Type", script->second.type}};
    (void)co_await responder.begin(script->second.status, headers);
    for (const std::string& piece : script->second.pieces) (void)co_await responder.write(piece);
    (void)co_await responder.end();
  }
};

TEST_F(ProviderHttpTest, Gemini) {
  const std::string path = "/v1beta/models/m:streamGenerateContent";
  will_answer(path, {200,
                     "text/event-stream",
                     {"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"He\"",
                      "}]}}]}\r\n\r\ndata: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":"
                      "\"llo\"},{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},"
                      "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":2,"
                      "\"candidatesTokenCount\":3,\"totalTokenCount\":5},\"modelVersion\":"
                      "\"m-1\",\"responseId\":\"r1\"}\r\n\r\n"}});
  const auto provider = make_gemini_provider(endpoint("google"), GeminiAccess::kApiKey);
  const AttemptResult result = ask(*provider);
  EXPECT_TRUE(result.complete) << (result.failure ? result.failure->error.message : "");
  EXPECT_EQ(text_, "Hello");
  EXPECT_EQ(calls_, "f ");
  EXPECT_EQ(result.finish_reason, FinishReason::kToolCalls);
  ASSERT_TRUE(result.usage);
  EXPECT_EQ(result.usage->total_tokens, 5);
  EXPECT_EQ(result.model, "m-1");
  EXPECT_EQ(result.response_id, "r1");
  EXPECT_EQ(header(path, "x-goog-api-key"), "key-1");
  EXPECT_EQ(seen_.at(path).query_value("alt"), "sse");
  will_answer(path, {429,
                     "application/json",
                     {R"([{"error":{"code":429,"message":"slow down","status":)"
                      R"("RESOURCE_EXHAUSTED","details":[{"retryDelay":"7s"}]}}])"}});
  const AttemptResult limited = ask(*provider);
  ASSERT_TRUE(limited.failure);
  EXPECT_EQ(limited.failure->error.code, ErrorCode::kProviderRateLimit);
  EXPECT_EQ(limited.failure->retry_after, std::chrono::seconds(7));
}

TEST_F(ProviderHttpTest, GeminiThatFailsInTheMiddle) {
  const std::string path = "/v1beta/models/m:streamGenerateContent";
  will_answer(path,
              {200,
               "text/event-stream",
               {"data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"He\"}]}}]}\r\n\r\n",
                R"({"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}})"}});
  const auto provider = make_gemini_provider(endpoint("google"), GeminiAccess::kApiKey);
  const AttemptResult result = ask(*provider);
  EXPECT_EQ(text_, "He");
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderUnavailable);
  EXPECT_TRUE(result.failure->retryable);
}

TEST_F(ProviderHttpTest, Ollama) {
  will_answer("/api/chat",
              {200,
               "application/x-ndjson",
               {R"({"model":"m","message":{"role":"assistant","content":"He"},"done":false})"
                "\n{\"mod",
                R"(el":"m","message":{"content":"llo"},"done":false})"
                "\n",
                R"({"model":"m","message":{"content":""},"done":true,"done_reason":"stop",)"
                R"("prompt_eval_count":2,"eval_count":3})"
                "\n"}});
  EndpointOptions options = endpoint("ollama");
  options.api_key = "";
  options.needs_key = false;
  const auto provider = make_ollama_provider(options);
  const AttemptResult result = ask(*provider);
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(text_, "Hello");
  ASSERT_TRUE(result.usage);
  EXPECT_EQ(result.usage->total_tokens, 5);
  EXPECT_EQ(header("/api/chat", "authorization"), "absent");
  will_answer("/api/chat", {404, "application/json", {R"({"error":"model 'm' not found"})"}});
  const AttemptResult missing = ask(*provider);
  ASSERT_TRUE(missing.failure);
  EXPECT_EQ(missing.failure->provider_message, "model 'm' not found");
  EXPECT_NE(missing.failure->error.hint.find("ollama pull"), std::string::npos);
}

const std::string kBedrockPath = "/model/us.m:0/converse-stream";  // Decoded.

std::string bedrock_text(std::string_view text) {
  return event_message("contentBlockDelta",
                       fmt::format(R"({{"contentBlockIndex":0,"delta":{{"text":"{}"}}}})", text));
}

TEST_F(ProviderHttpTest, BedrockWithCredentialsOfAContainer) {
  const std::string expiry = format_time(system_clock().wall() + std::chrono::hours(1));
  will_answer("/credentials", {200,
                               "application/json",
                               {R"({"AccessKeyId":"AKIA1","SecretAccessKey":"s","Token":"t",)"
                                R"("Expiration":")" +
                                expiry + "\"}"}});
  const std::string frames =
      event_message("messageStart", R"({"role":"assistant"})") + bedrock_text("Hello");
  will_answer(kBedrockPath,
              {200,
               "application/vnd.amazon.eventstream",
               {frames.substr(0, 5), frames.substr(5),
                event_message("messageStop", R"({"stopReason":"end_turn"})") +
                    event_message("metadata", R"({"usage":{"inputTokens":2,"outputTokens":3,)"
                                              R"("totalTokens":5}})")}});
  EndpointOptions options = endpoint("bedrock");
  options.api_key = "";
  BedrockOptions bedrock(options);
  bedrock.credentials = aws::container_credentials({server_.url("/credentials"), "token-1", ""},
                                                   loop_.executor(), system_clock());
  const auto provider = make_bedrock_provider(bedrock);
  const AttemptResult result = ask(*provider, "us.m:0");
  EXPECT_TRUE(result.complete) << (result.failure ? result.failure->error.message : "");
  EXPECT_EQ(text_, "Hello");
  EXPECT_EQ(result.finish_reason, FinishReason::kStop);
  ASSERT_TRUE(result.usage);
  EXPECT_EQ(result.usage->total_tokens, 5);
  EXPECT_EQ(header("/credentials", "authorization"), "token-1");
  EXPECT_EQ(header(kBedrockPath, "x-amz-security-token"), "t");
  EXPECT_TRUE(
      header(kBedrockPath, "authorization").starts_with("AWS4-HMAC-SHA256 Credential=AKIA1/"));
  scripts_.erase("/credentials");
  EXPECT_TRUE(ask(*provider, "us.m:0").complete) << "they are asked for once";
  will_answer(kBedrockPath, {200,
                             "application/vnd.amazon.eventstream",
                             {bedrock_text("He"), exception_message("throttlingException",
                                                                    R"({"message":"too fast"})")}});
  const AttemptResult failed = ask(*provider, "us.m:0");
  EXPECT_EQ(text_, "He");
  ASSERT_TRUE(failed.failure);
  EXPECT_EQ(failed.failure->error.code, ErrorCode::kProviderRateLimit);
  will_answer(kBedrockPath, {200, "application/vnd.amazon.eventstream", {bedrock_text("He")}});
  const AttemptResult cut = ask(*provider, "us.m:0");
  ASSERT_TRUE(cut.failure);
  EXPECT_EQ(cut.failure->error.code, ErrorCode::kProviderStream);
  EXPECT_EQ(cut.finish_reason, FinishReason::kTruncated);
}

TEST_F(ProviderHttpTest, BedrockWithoutCredentialsSendsNothing) {
  will_answer("/credentials", {403, "text/plain", {"no role"}});
  EndpointOptions options = endpoint("bedrock");
  options.api_key = "";
  BedrockOptions bedrock(options);
  bedrock.credentials = aws::container_credentials({server_.url("/credentials"), "", ""},
                                                   loop_.executor(), system_clock());
  const AttemptResult result = ask(*make_bedrock_provider(bedrock), "us.m:0");
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderAuth);
  EXPECT_FALSE(result.failure->retryable);
  EXPECT_FALSE(seen_.contains(kBedrockPath));
}

}  // namespace
}  // namespace tactus::llm
