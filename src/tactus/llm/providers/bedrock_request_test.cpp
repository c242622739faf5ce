#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/bedrock_model.hpp>
#include <tactus/llm/providers/bedrock_request.hpp>

namespace tactus::llm {
namespace {

using Reasoning = BedrockModel::Reasoning;

constexpr const char* kNova = "amazon.nova-lite-v1:0";
constexpr const char* kOldClaude = "anthropic.claude-3-5-sonnet-20240620-v1:0";
constexpr const char* kBudgetClaude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
constexpr const char* kAdaptiveClaude = "global.anthropic.claude-opus-4-6-v1";

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

Message message(Role role, std::string content) {
  Message message;
  message.role = role;
  message.content = std::move(content);
  return message;
}

Message result(std::string call, std::string content) {
  Message answer = message(Role::kTool, std::move(content));
  answer.tool_call_id = std::move(call);
  return answer;
}

ModelRequest simple(std::string model = kNova) {
  ModelRequest request;
  request.model = std::move(model);
  request.messages.push_back(message(Role::kUser, "Hi"));
  return request;
}

Json body(const ModelRequest& request) { return Json(bedrock_request_body(request)); }

BedrockOptions amazon() {
  EndpointOptions endpoint;
  endpoint.name = "bedrock";
  endpoint.base_url = "https://bedrock-runtime.{region}.amazonaws.com";
  endpoint.key_hint = "AWS_ACCESS_KEY_ID";
  BedrockOptions options(std::move(endpoint));
  options.region = "eu-west-1";
  return options;
}

TEST(BedrockRequest, TheModelIsEncodedInThePath) {
  BedrockOptions options = amazon();
  options.credentials = aws::fixed_credentials({"a", "s", "", {}});
  const auto provider = make_bedrock_provider(options);
  const auto http = provider->build(simple());
  ASSERT_TRUE(http);
  EXPECT_EQ(http->url,
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
            "amazon.nova-lite-v1%3A0/converse-stream");
  EXPECT_EQ(net::find_header(http->headers, "content-type"), "application/json");
  EXPECT_FALSE(net::find_header(http->headers, "authorization")) << "that is the signer's part";
  EXPECT_TRUE(provider->signer());
  EXPECT_EQ(json(http->body), json(R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}]})"));
  ModelRequest whole = simple("arn:aws:bedrock:eu-west-1:1:inference-profile/x");
  whole.stream = false;
  EXPECT_EQ(provider->build(whole)->url,
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
            "arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fx/converse");
}

TEST(BedrockRequest, AnApiKeyTakesThePlaceOfSignatures) {
  BedrockOptions options = amazon();
  options.api_key = "bedrock-key";
  options.credentials = aws::fixed_credentials({"a", "s", "", {}});
  const auto provider = make_bedrock_provider(options);
  EXPECT_FALSE(provider->signer());
  EXPECT_EQ(net::find_header(provider->build(simple())->headers, "authorization"),
            "Bearer bedrock-key");
}

TEST(BedrockRequest, MissingCredentialsAreNamed) {
  const auto missing = make_bedrock_provider(amazon())->build(simple());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kProviderAuth);
  EXPECT_EQ(missing.error().message, "no AWS credentials for provider 'bedrock'");
  EXPECT_NE(missing.error().hint.find("AWS_ACCESS_KEY_ID"), std::string::npos);
}

TEST(BedrockRequest, RolesTakeTurns) {
  ModelRequest request = simple(kOldClaude);
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  Message answer = message(Role::kAssistant, "Let me see.");
  answer.tool_calls = {{"c1", "f", R"({"a":1})"}, {"run:7/c2", "g", "{\"cut"}};
  request.messages.push_back(answer);
  request.messages.push_back(result("c1", "7"));
  request.messages.push_back(result("run:7/c2", ""));
  request.messages.push_back(message(Role::kUser, "And?"));
  request.messages.push_back(message(Role::kUser, "  "));
  const Json all = body(request);
  EXPECT_EQ(all.at("system"), json(R"([{"text":"Be brief."}])"));
  EXPECT_EQ(all.at("messages"), json(R"([
      {"role":"user","content":[{"text":"Hi"}]},
      {"role":"assistant","content":[{"text":"Let me see."},
        {"toolUse":{"toolUseId":"c1","name":"f","input":{"a":1}}},
        {"toolUse":{"toolUseId":"run_7_c2","name":"g","input":{}}}]},
      {"role":"user","content":[
        {"toolResult":{"toolUseId":"c1","content":[{"text":"7"}]}},
        {"toolResult":{"toolUseId":"run_7_c2","content":[{"json":{}}]}},{"text":"And?"}]}])"));
  request.messages = {message(Role::kSystem, "Begin.")};
  EXPECT_EQ(body(request), json(R"({"messages":[{"role":"user","content":[{"text":"Begin."}]}]})"));
}

TEST(BedrockRequest, ReasoningGoesBackWhereItStood) {
  ModelRequest request = simple(kOldClaude);
  Message answer = message(Role::kAssistant, "ab");
  answer.tool_calls = {{"1", "f", "{}"}};
  ProviderPart first = bedrock_reasoning_part("I see.", "c2ln");
  ProviderPart second = bedrock_redacted_part("eHl6");
  second.text_bytes = 1;
  answer.provider_parts = {first, second, {"anthropic", Json("not ours"), 0, 0}};
  request.messages.push_back(answer);
  EXPECT_EQ(body(request).at("messages").at(1).at("content"), json(R"([
      {"reasoningContent":{"reasoningText":{"text":"I see.","signature":"c2ln"}}},
      {"text":"a"},{"reasoningContent":{"redactedContent":"eHl6"}},{"text":"b"},
      {"toolUse":{"toolUseId":"1","name":"f","input":{}}}])"));
}

TEST(BedrockRequest, ToolsChoiceSettingsAndExtrasAreWritten) {
  ModelRequest request = simple();
  request.tools = {{"f", "does f", json(R"({"type":"object","properties":{"a":{}}})").get_object()},
                   {"g", "", {}}};
  request.tool_choice = "f";
  Settings& settings = request.settings;
  settings.temperature = 0.5;
  settings.top_p = 0.9;
  settings.presence_penalty = 0.1;
  settings.frequency_penalty = 0.2;
  settings.max_tokens = 50;
  settings.seed = 7;
  settings.stop = {"END"};
  settings.parallel_tool_calls = false;
  settings.reasoning_effort = "low";
  settings.extra_body = json(R"({"inferenceConfig":{"temperature":1.0},
      "guardrailConfig":{"guardrailIdentifier":"g"},"cache_control":null})")
                            .get_object();
  EXPECT_EQ(body(request), json(R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}],
      "inferenceConfig":{"temperature":1.0,"topP":0.9,"maxTokens":50,"stopSequences":["END"]},
      "toolConfig":{"tools":[
        {"toolSpec":{"name":"f","description":"does f",
          "inputSchema":{"json":{"type":"object","properties":{"a":{}}}}}},
        {"toolSpec":{"name":"g","inputSchema":{"json":{"type":"object","properties":{}}}}}],
        "toolChoice":{"tool":{"name":"f"}}},
      "guardrailConfig":{"guardrailIdentifier":"g"}})"));
  EXPECT_EQ(bedrock_dropped_settings(request),
            (std::vector<std::string>{"presence_penalty", "frequency_penalty", "seed",
                                      "parallel_tool_calls", "reasoning"}));
  const auto choice = [&](const char* wanted) {
    request.tool_choice = wanted;
    return body(request).at("toolConfig").at("toolChoice");
  };
  EXPECT_EQ(choice("auto"), json(R"({"auto":{}})"));
  EXPECT_EQ(choice("required"), json(R"({"any":{}})"));
}

TEST(BedrockRequest, ToolsThatWereCalledStayKnown) {
  ModelRequest request = simple();
  request.tools = {{"f", "", {}}};
  request.tool_choice = "none";
  EXPECT_FALSE(body(request).get_object().contains("toolConfig"));
  Message answer = message(Role::kAssistant, "");
  answer.tool_calls = {{"1", "f", "{}"}, {"2", "f", "{}"}};
  request.messages.push_back(answer);
  request.messages.push_back(result("1", "x"));
  request.messages.push_back(result("2", "y"));
  EXPECT_EQ(body(request).at("toolConfig"), json(R"({"tools":[{"toolSpec":{"name":"f",
      "description":"Not available any more: must not be called.",
      "inputSchema":{"json":{"type":"object","properties":{}}}}}]})"));
  request.tools.clear();
  request.tool_choice = "";
  EXPECT_TRUE(body(request).get_object().contains("toolConfig"));
}

TEST(BedrockRequest, ASchemaBindsTheReplyWhereTheModelCanBeBound) {
  ModelRequest request = simple(kBudgetClaude);
  request.output_schema = json(R"({"type":"object"})").get_object();
  EXPECT_EQ(body(request).at("outputConfig"), json(R"({"textFormat":{"type":"json_schema",
      "structure":{"jsonSchema":{"name":"output","schema":"{\"type\":\"object\"}"}}}})"));
  request.model = kNova;
  EXPECT_FALSE(body(request).get_object().contains("outputConfig"));
  const Json system = body(request).at("system").at(0);
  EXPECT_NE(string_member(system, "text").find(R"({"type":"object"})"), std::string::npos);
  request.output_mode = OutputMode::kNative;
  EXPECT_TRUE(body(request).get_object().contains("outputConfig"));
}

TEST(BedrockRequest, ThinkingIsAskedForInTheModelsOwnTerms) {
  const auto fields = [](const char* model, const char* effort) {
    ModelRequest request = simple(model);
    request.settings.reasoning_effort = effort;
    const Json all = body(request);
    const Json* found = find_member(all, "additionalModelRequestFields");
    return found ? dump_json(*found) : "";
  };
  EXPECT_EQ(fields(kOldClaude, "low"), "");
  EXPECT_EQ(fields(kBudgetClaude, ""), "");
  EXPECT_EQ(fields(kBudgetClaude, "none"), "");
  EXPECT_EQ(fields(kBudgetClaude, "low"),
            R"({"thinking":{"type":"enabled","budget_tokens":2048}})");
  EXPECT_EQ(
      fields(kAdaptiveClaude, "high"),
      R"({"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"high"}})");
  EXPECT_EQ(fields("anthropic.claude-sonnet-5", "none"), R"({"thinking":{"type":"disabled"}})")
      << "it thinks unless told not to";
  EXPECT_EQ(fields("us.amazon.nova-2-lite-v1:0", "medium"),
            R"({"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}})");
  EXPECT_EQ(fields("openai.gpt-oss-120b-1:0", "max"), R"({"reasoning_effort":"high"})");
}

TEST(BedrockRequest, AThinkingClaudeTakesNoSamplingAndNoForcedTool) {
  ModelRequest request = simple(kBudgetClaude);
  request.settings.reasoning_budget = 100;
  request.settings.max_tokens = 500;
  request.settings.temperature = 0.5;
  request.settings.top_p = 0.5;
  request.tools = {{"f", "", {}}};
  request.tool_choice = "required";
  const Json all = body(request);
  EXPECT_EQ(all.at("inferenceConfig"), json(R"({"maxTokens":1524})"))
      << "the least budget, and the answer";
  EXPECT_EQ(all.at("toolConfig").at("toolChoice"), json(R"({"auto":{}})"));
  EXPECT_EQ(bedrock_dropped_settings(request),
            (std::vector<std::string>{"temperature", "top_p", "tool_choice"}));
}

TEST(BedrockRequest, AClaudeWithABudgetDoesNotBeginToThinkBetweenItsCalls) {
  ModelRequest request = simple(kBudgetClaude);
  request.settings.reasoning_effort = "low";
  Message answer = message(Role::kAssistant, "");
  answer.tool_calls = {{"1", "f", "{}"}};
  request.messages.push_back(answer);
  request.messages.push_back(result("1", "x"));
  const auto thinks = [&] {
    return body(request).get_object().contains("additionalModelRequestFields");
  };
  EXPECT_FALSE(thinks());
  EXPECT_EQ(bedrock_dropped_settings(request), (std::vector<std::string>{"reasoning"}));
  request.messages[1].provider_parts = {bedrock_reasoning_part("Hm.", "s")};
  EXPECT_TRUE(thinks());
  request.messages[1].provider_parts.clear();
  request.messages.push_back(message(Role::kUser, "Go on."));
  EXPECT_TRUE(thinks()) << "a new turn";
}

TEST(BedrockRequest, ClaudeTakesAsMuchSamplingAsItsVersionDoes) {
  const auto config = [](const char* model) {
    ModelRequest request = simple(model);
    request.settings.temperature = 0.5;
    request.settings.top_p = 0.5;
    const Json all = body(request);
    const Json* found = find_member(all, "inferenceConfig");
    return (found ? dump_json(*found) : "-") + " " + join(bedrock_dropped_settings(request), ",");
  };
  EXPECT_EQ(config(kOldClaude), R"({"temperature":0.5,"topP":0.5} )");
  EXPECT_EQ(config(kBudgetClaude), R"({"temperature":0.5} top_p)");
  EXPECT_EQ(config("anthropic.claude-opus-4-8"), "- temperature,top_p");
}

TEST(BedrockRequest, WhatWillBeRepeatedIsMarkedForTheCache) {
  ModelRequest request = simple(kBudgetClaude);
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  const auto marks = [&] {
    const std::string text = dump_json(body(request));
    int count = 0;
    for (std::size_t at = text.find("cachePoint"); at != std::string::npos;
         at = text.find("cachePoint", at + 1)) {
      ++count;
    }
    return count;
  };
  EXPECT_EQ(marks(), 0) << "nothing will follow a first question";
  request.tools = {{"f", "", {}}};
  EXPECT_EQ(body(request).at("system"),
            json(R"([{"text":"Be brief."},{"cachePoint":{"type":"default"}}])"));
  EXPECT_EQ(marks(), 2);
  request.model = kOldClaude;
  EXPECT_EQ(marks(), 0) << "a model that knows no cache";
  request.model = kNova;
  EXPECT_EQ(marks(), 2);
  request.settings.extra_body["cache_control"] = nullptr;
  EXPECT_EQ(marks(), 0);
  EXPECT_FALSE(body(request).get_object().contains("cache_control"));
}

TEST(BedrockModel, IsKnownByItsId) {
  EXPECT_EQ(bedrock_model("anthropic.claude-v2:1").reasoning, Reasoning::kNone);
  EXPECT_EQ(bedrock_model(kOldClaude).reasoning, Reasoning::kNone);
  EXPECT_EQ(bedrock_model("eu.anthropic.claude-3-7-sonnet-20250219-v1:0").reasoning,
            Reasoning::kBudget);
  EXPECT_EQ(bedrock_model("anthropic.claude-sonnet-4-20250514-v1:0").reasoning, Reasoning::kBudget);
  EXPECT_FALSE(bedrock_model("anthropic.claude-sonnet-4-20250514-v1:0").binds_schema);
  EXPECT_TRUE(bedrock_model(kBudgetClaude).binds_schema);
  EXPECT_EQ(bedrock_model("us.anthropic.claude-sonnet-5").reasoning, Reasoning::kAdaptive);
  EXPECT_EQ(bedrock_model("arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-2-lite")
                .reasoning,
            Reasoning::kNova);
  EXPECT_EQ(bedrock_model("arn:aws:bedrock:us-east-1:1:application-inference-profile/x").reasoning,
            Reasoning::kNone);
}

class BedrockFailure : public ::testing::Test {
 protected:
  ProviderFailure failed(int status, std::string_view body, std::string type = "") {
    net::Headers headers = {{"x-amzn-requestid", "r1"}};
    if (!type.empty()) headers.emplace_back("x-amzn-errortype", std::move(type));
    return provider_->failure(status, headers, body);
  }
  ProviderFailure excepted(const char* type) { return provider_->failure({type, "", "m"}, {}); }

  std::unique_ptr<Provider> provider_ = make_bedrock_provider(amazon());
};

TEST_F(BedrockFailure, HasTheKindOfTheHeaderAndEitherSpellingOfTheMessage) {
  const ProviderFailure failure =
      failed(400, R"({"message":"no such model"})", "ValidationException:http://internal/");
  EXPECT_EQ(failure.error.message,
            "bedrock answered HTTP 400 (ValidationException): no such model [request r1]");
  EXPECT_EQ(
      failed(403, R"({"Message":"denied","__type":"a.b#AccessDeniedException"})").error.message,
      "bedrock answered HTTP 403 (AccessDeniedException): denied [request r1]");
  EXPECT_EQ(failed(503, "<html>").provider_message, "");
}

TEST_F(BedrockFailure, ARefusedSignatureDoesNotShowWhatWasSigned) {
  const ProviderFailure failure = failed(
      403, R"({"message":"The request signature does not match.\n\nThe Canonical String for this )"
           R"(request should have been\n'POST\nx-amz-security-token:secret'"})");
  EXPECT_EQ(failure.provider_message, "The request signature does not match.");
  EXPECT_EQ(
      failed(403, R"({"message":"Signature expired: 2026 is now earlier than 2027"})").error.hint,
      "set the clock of this machine");
}

TEST_F(BedrockFailure, ExceptionsInTheStreamAreSortedLikeStatuses) {
  EXPECT_EQ(excepted("throttlingException").error.code, ErrorCode::kProviderRateLimit);
  EXPECT_TRUE(excepted("throttlingException").retryable);
  EXPECT_EQ(excepted("validationException").error.code, ErrorCode::kProviderBadRequest);
  EXPECT_FALSE(excepted("validationException").retryable);
  for (const char* type :
       {"internalServerException", "serviceUnavailableException", "modelStreamErrorException"}) {
    EXPECT_EQ(excepted(type).error.code, ErrorCode::kProviderUnavailable) << type;
    EXPECT_TRUE(excepted(type).retryable) << type;
  }
}

}  // namespace
}  // namespace tactus::llm
