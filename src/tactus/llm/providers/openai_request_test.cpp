#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/openai_request.hpp>

namespace tactus::llm {
namespace {

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

OpenAiOptions with_key(std::string base_url = "https://api.openai.com/v1") {
  OpenAiOptions options;
  options.api_key = "sk-test";
  options.base_url = std::move(base_url);
  return options;
}

net::HttpRequest built(const OpenAiOptions& options, const ModelRequest& request) {
  auto http = make_openai_provider(options)->build(request);
  EXPECT_TRUE(http) << http.error().message;
  return http ? *http : net::HttpRequest();
}

ModelRequest simple() {
  ModelRequest request;
  request.model = "gpt-4o";
  request.messages.push_back({Role::kUser, "Hi", {}, "", "", false});
  return request;
}

TEST(OpenAiRequest, AStreamedRequestAsksForUsage) {
  const net::HttpRequest http = built(with_key(), simple());
  EXPECT_EQ(http.method, "POST");
  EXPECT_EQ(http.url, "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(net::find_header(http.headers, "authorization"), "Bearer sk-test");
  EXPECT_EQ(net::find_header(http.headers, "accept"), "text/event-stream");
  EXPECT_EQ(json(http.body), json(R"({"model":"gpt-4o","stream":true,
      "messages":[{"role":"user","content":"Hi"}],
      "stream_options":{"include_usage":true,"include_obfuscation":false}})"));
}

TEST(OpenAiRequest, AWholeAnswerIsAskedForWithoutStreamOptions) {
  ModelRequest request = simple();
  request.stream = false;
  const net::HttpRequest http = built(with_key(), request);
  EXPECT_EQ(json(http.body).at("stream"), Json(false));
  EXPECT_FALSE(json(http.body).get_object().contains("stream_options"));
  EXPECT_EQ(net::find_header(http.headers, "accept"), "application/json");
}

TEST(OpenAiRequest, ACompleteConversationIsWrittenOut) {
  ModelRequest request = simple();
  request.messages = {{Role::kSystem, "Be brief.", {}, "", "", false},
                      {Role::kUser, "öü", {}, "", "", false},
                      {Role::kAssistant,
                       "",
                       {{"x", "f", R"({"a":1})"}, {"y", "g", ""}, {"z", "h", "{\"cut"}},
                       "",
                       "",
                       false},
                      {Role::kTool, "7", {}, "x", "f", false},
                      {Role::kAssistant, "part", {}, "", "", true}};
  EXPECT_EQ(json(built(with_key(), request).body).at("messages"), json(R"([
      {"role":"system","content":"Be brief."},{"role":"user","content":"öü"},
      {"role":"assistant","content":null,"tool_calls":[
        {"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
        {"id":"y","type":"function","function":{"name":"g","arguments":"{}"}},
        {"id":"z","type":"function","function":{"name":"h","arguments":"{}"}}]},
      {"role":"tool","content":"7","tool_call_id":"x"},
      {"role":"assistant","content":"part"}])"));
}

TEST(OpenAiRequest, ToolsChoiceSettingsAndExtrasAreWritten) {
  ModelRequest request = simple();
  request.tools = {{"f", "does f", json(R"({"type":"object","properties":{"a":{}}})").get_object()},
                   {"g", "", {}}};
  request.tool_choice = "f";
  request.settings.temperature = 0.5;
  request.settings.top_p = 0.9;
  request.settings.presence_penalty = 0.1;
  request.settings.frequency_penalty = 0.2;
  request.settings.max_tokens = 50;
  request.settings.seed = 7;
  request.settings.stop = {"END"};
  request.settings.parallel_tool_calls = false;
  request.settings.extra_body = json(R"({"user":"u","seed":8})").get_object();
  EXPECT_EQ(json(built(with_key("http://localhost:8080/v1/"), request).body), json(R"({
      "model":"gpt-4o","messages":[{"role":"user","content":"Hi"}],
      "tools":[{"type":"function","function":{"name":"f","description":"does f",
                "parameters":{"type":"object","properties":{"a":{}}}}},
               {"type":"function","function":{"name":"g",
                "parameters":{"type":"object","properties":{}}}}],
      "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
      "temperature":0.5,"top_p":0.9,"presence_penalty":0.1,"frequency_penalty":0.2,
      "max_tokens":50,"seed":8,"stop":["END"],"user":"u",
      "stream":true,"stream_options":{"include_usage":true}})"));
}

TEST(OpenAiRequest, WithoutToolsNothingIsSaidAboutThem) {
  ModelRequest request = simple();
  request.tool_choice = "auto";
  request.settings.parallel_tool_calls = true;
  const Json body = json(built(with_key(), request).body);
  EXPECT_FALSE(body.get_object().contains("tool_choice"));
  EXPECT_FALSE(body.get_object().contains("parallel_tool_calls"));
}

TEST(OpenAiRequest, TheLengthFieldIsTheEndpointsOwn) {
  ModelRequest request = simple();
  request.settings.max_tokens = 5;
  const auto field = [&](const OpenAiOptions& options) {
    const Json body = json(built(options, request).body);
    EXPECT_NE(body.get_object().contains("max_tokens"),
              body.get_object().contains("max_completion_tokens"));
    return body.get_object().contains("max_tokens") ? "old" : "new";
  };
  EXPECT_STREQ(field(with_key()), "new");
  EXPECT_STREQ(field(with_key("https://x.openai.azure.com/openai/v1")), "new");
  EXPECT_STREQ(field(with_key("https://api.groq.com/openai/v1")), "old");
  OpenAiOptions chosen = with_key("http://[::1]:8000/v1");
  EXPECT_STREQ(field(chosen), "old");
  chosen.max_tokens_field = MaxTokensField::kMaxCompletionTokens;
  EXPECT_STREQ(field(chosen), "new");
}

TEST(OpenAiRequest, MistralGetsItsOwnWords) {
  ModelRequest request = simple();
  request.tools = {{"g", "", {}}};
  request.tool_choice = "required";
  const Json mistral = json(built(with_key("https://api.mistral.ai/v1"), request).body);
  EXPECT_EQ(mistral.at("tool_choice"), Json("any"));
  EXPECT_FALSE(mistral.get_object().contains("stream_options"));
  EXPECT_EQ(json(built(with_key(), request).body).at("tool_choice"), Json("required"));
}

TEST(OpenAiRequest, ReasoningModelsAreNotSentWhatTheyRefuse) {
  ModelRequest request = simple();
  request.settings.temperature = 0.5;
  request.settings.top_p = 0.5;
  const auto sent = [&](std::string model) {
    request.model = std::move(model);
    return json(built(with_key(), request).body).get_object().contains("temperature");
  };
  EXPECT_FALSE(sent("o3-mini"));
  EXPECT_FALSE(sent("gpt-5"));
  EXPECT_EQ(make_openai_provider(with_key())->dropped_settings(request),
            (std::vector<std::string>{"temperature", "top_p"}));
  EXPECT_TRUE(sent("gpt-5-chat-latest"));
  EXPECT_TRUE(sent("gpt-4o"));
  EXPECT_TRUE(make_openai_provider(with_key())->dropped_settings(request).empty());
  request.settings.reasoning_effort = "none";
  EXPECT_TRUE(sent("gpt-5.1"));
}

TEST(OpenAiRequest, AnOutputSchemaIsStrictOnlyIfItKeepsTheRules) {
  ModelRequest request = simple();
  const auto strict = [&](std::string_view schema) {
    request.output_schema = json(schema).get_object();
    const Json format = json(built(with_key(), request).body).at("response_format");
    EXPECT_EQ(format.at("type"), Json("json_schema"));
    EXPECT_EQ(format.at("json_schema").at("schema"), json(schema));
    return format.at("json_schema").at("strict").get_bool();
  };
  EXPECT_TRUE(strict(R"({"type":"object","properties":{"a":{"type":"array","items":
      {"type":"object","properties":{},"additionalProperties":false}}},
      "required":["a"],"additionalProperties":false})"));
  EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{"type":"string"}},
      "additionalProperties":false})"));
  EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{"type":"string"}},
      "required":["a"]})"));
  EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{}},
      "required":["a"],"additionalProperties":false})"));
  EXPECT_FALSE(strict(R"({"type":"object","properties":{"a":{"type":"string","default":"x"}},
      "required":["a"],"additionalProperties":false})"));
}

TEST(OpenAiRequest, TheUrlKeepsItsQueryAndAPathThatIsAlreadyThere) {
  EXPECT_EQ(built(with_key("https://r.example/openai/deployments/d?api-version=1"), simple()).url,
            "https://r.example/openai/deployments/d/chat/completions?api-version=1");
  EXPECT_EQ(built(with_key("https://r.example/v1/chat/completions"), simple()).url,
            "https://r.example/v1/chat/completions");
}

TEST(OpenAiRequest, AMissingKeyIsNamedWithWhereToPutIt) {
  OpenAiOptions options;
  const auto missing = make_openai_provider(options)->build(simple());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kProviderAuth);
  EXPECT_NE(missing.error().message.find("openai"), std::string::npos);
  EXPECT_NE(missing.error().hint.find("OPENAI_API_KEY"), std::string::npos);
  EXPECT_NE(missing.error().hint.find("openai_api_key"), std::string::npos);
  options.name = "groq";
  options.key_hint.clear();
  const auto other = make_openai_provider(options)->build(simple());
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().hint.find("providers.groq.api_key"), std::string::npos);
}

TEST(OpenAiRequest, AKeyIsNotNeededEverywhereAndMayBeAHeader) {
  OpenAiOptions local;
  local.needs_key = false;
  EXPECT_FALSE(net::find_header(built(local, simple()).headers, "authorization"));
  OpenAiOptions azure;
  azure.headers = {{"api-key", "k"}};
  EXPECT_EQ(net::find_header(built(azure, simple()).headers, "api-key"), "k");
  OpenAiOptions own = with_key();
  own.headers = {{"Authorization", "Basic zzz"}};
  EXPECT_EQ(net::find_header(built(own, simple()).headers, "authorization"), "Basic zzz");
}

TEST(OpenAiRequest, AKeyThatWouldBreakTheHeaderIsRefusedWithoutShowingIt) {
  OpenAiOptions options = with_key();
  options.api_key = "sk-one\r\nX-Evil: 1";
  const auto refused = make_openai_provider(options)->build(simple());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("sk-one"), std::string::npos);
  options.api_key = " sk-test\n";
  EXPECT_EQ(net::find_header(built(options, simple()).headers, "authorization"), "Bearer sk-test");
}

}  // namespace
}  // namespace tactus::llm
