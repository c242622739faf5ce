// What is sent to the Responses API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>

namespace tactus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

OpenAiOptions with_key(std::string base_url = "https://api.openai.com/v1") {
  OpenAiOptions options;
  options.name = "openai-responses";
  options.base_url = std::move(base_url);
  options.api_key = "sk-1";
  return options;
}

Message message(Role role, std::string content) {
  Message made;
  made.role = role;
  made.content = std::move(content);
  return made;
}

ModelRequest asking(std::string model) {
  ModelRequest request;
  request.model = std::move(model);
  request.messages = {message(Role::kUser, "Hi")};
  return request;
}

Json body_of(const ModelRequest& request, const OpenAiOptions& options = with_key()) {
  auto http = make_responses_provider(options)->build(request);
  EXPECT_TRUE(http) << http.error().message;
  return http ? *parse_json(http->body) : Json();
}

// The member of the body as JSON text; "-" when it is not there.
std::string member(const ModelRequest& request, std::string_view key) {
  const Json body = body_of(request);
  const Json* found = find_member(body, key);
  return found ? dump_json(*found) : "-";
}

std::vector<std::string> dropped(const ModelRequest& request) {
  return make_responses_provider(with_key())->dropped_settings(request);
}

TEST(ResponsesRequest, GoesToTheResponsesOfTheEndpointAndStoresNothing) {
  const auto http = make_responses_provider(with_key())->build(asking("gpt-4o"));
  ASSERT_TRUE(http);
  EXPECT_EQ(http->url, "https://api.openai.com/v1/responses");
  EXPECT_EQ(net::find_header(http->headers, "authorization"), "Bearer sk-1");
  EXPECT_EQ(http->body,
            R"({"model":"gpt-4o","input":[{"role":"user","content":"Hi"}],"store":false,)"
            R"("stream":true,"stream_options":{"include_obfuscation":false}})");
  const Json other = body_of(asking("m"), with_key("http://here/v1"));
  EXPECT_FALSE(find_member(other, "stream_options"));
  OpenAiOptions missing = with_key();
  missing.api_key.clear();
  EXPECT_EQ(make_responses_provider(missing)->build(asking("m")).error().code,
            ErrorCode::kProviderAuth);
}

TEST(ResponsesRequest, SendsReasoningBackBeforeTheCallsItLedTo) {
  ModelRequest request = asking("gpt-5");
  request.messages.insert(request.messages.begin(), {message(Role::kSystem, "Be brief."),
                                                     message(Role::kSystem, "Be kind.")});
  Message answer = message(Role::kAssistant, "Let me look.");
  answer.tool_calls = {{"call_1", "look", "{\"q\":1}"}, {"call_2", "look", "{\"cut"}};
  answer.provider_parts = {{"openai-responses",
                            *parse_json(R"({"type":"reasoning","id":"rs_1","summary":[],)"
                                        R"("encrypted_content":"gAAA"})"),
                            12, 0},
                           {"anthropic", "other", 0, 0}};
  request.messages.push_back(answer);
  Message result = message(Role::kTool, "found");
  result.tool_call_id = "call_1";
  request.messages.push_back(result);
  request.messages.push_back(message(Role::kSystem, "In English."));
  EXPECT_EQ(member(request, "instructions"), R"("Be brief.\n\nBe kind.")");
  const Json expected = *parse_json(R"([
    {"role":"user","content":"Hi"},
    {"role":"assistant","content":"Let me look."},
    {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"gAAA"},
    {"type":"function_call","call_id":"call_1","name":"look","arguments":"{\"q\":1}"},
    {"type":"function_call","call_id":"call_2","name":"look","arguments":"{}"},
    {"type":"function_call_output","call_id":"call_1","output":"found"},
    {"role":"developer","content":"In English."}])");
  EXPECT_EQ(body_of(request).at("input"), expected);
  EXPECT_EQ(string_member(body_of(request, with_key("http://here")).at("input").at(6), "role"),
            "system");
}

TEST(ResponsesRequest, AsksForReasoningOnlyWhereThereIsSome) {
  ModelRequest request = asking("gpt-4o");
  EXPECT_EQ(member(request, "include"), "-") << "such a model refuses it";
  request.model = "gpt-5";
  EXPECT_EQ(member(request, "include"), R"(["reasoning.encrypted_content"])");
  EXPECT_EQ(member(request, "reasoning"), "-");
  request.settings.reasoning_budget = 9000;
  EXPECT_EQ(member(request, "reasoning"), R"({"effort":"medium","summary":"auto"})");
  request.settings.reasoning_budget = 0;
  EXPECT_EQ(member(request, "reasoning"), R"({"effort":"none"})");
}

TEST(ResponsesRequest, SaysOfEachSchemaWhetherItIsStrict) {
  ModelRequest request = asking("gpt-4o");
  const JsonObject strict = parse_json(R"({"type":"object","properties":{"n":{"type":"integer"}},
      "required":["n"],"additionalProperties":false})")
                                ->as_object();
  request.tools = {{"look", "Looks.", strict}, {"any", "", JsonObject()}};
  EXPECT_EQ(
      member(request, "tools"),
      R"([{"type":"function","name":"look","description":"Looks.","strict":true,"parameters":)" +
          dump_json(strict) +
          R"(},{"type":"function","name":"any","strict":false,)"
          R"("parameters":{"type":"object","properties":{}}}])");
  request.output_schema = strict;
  EXPECT_EQ(member(request, "text"),
            R"({"format":{"type":"json_schema","name":"output","strict":true,"schema":)" +
                dump_json(strict) + "}}");
  for (const auto& [choice, expected] : {std::pair{"", "-"},
                                         {"required", "\"required\""},
                                         {"none", "\"none\""},
                                         {"look", R"({"type":"function","name":"look"})"}}) {
    request.tool_choice = choice;
    EXPECT_EQ(member(request, "tool_choice"), expected);
  }
  request.settings.parallel_tool_calls = false;
  EXPECT_EQ(member(request, "parallel_tool_calls"), "false");
}

TEST(ResponsesRequest, LeavesOutWhatTheApiDoesNotTake) {
  ModelRequest request = asking("gpt-4o");
  request.settings.temperature = 0.5;
  request.settings.top_p = 0.5;
  request.settings.max_tokens = 9;
  EXPECT_THAT(dropped(request), IsEmpty());
  EXPECT_EQ(member(request, "max_output_tokens"), "9");
  EXPECT_EQ(member(request, "temperature"), "0.5");
  request.model = "gpt-5";
  request.settings.seed = 1;
  request.settings.stop = {"END"};
  request.settings.presence_penalty = 1;
  request.settings.frequency_penalty = 1;
  EXPECT_THAT(dropped(request), ElementsAre("temperature", "top_p", "presence_penalty",
                                            "frequency_penalty", "seed", "stop"));
  EXPECT_THAT(dump_json(body_of(request)), Not(HasSubstr("temperature")));
  request.settings.extra_body = JsonObject{{"store", true}, {"truncation", "auto"}};
  EXPECT_EQ(member(request, "store"), "true");
  EXPECT_EQ(member(request, "truncation"), "\"auto\"");
}

}  // namespace
}  // namespace tactus::llm
