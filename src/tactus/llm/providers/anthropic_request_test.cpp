// What is sent to Anthropic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/anthropic_model.hpp>

namespace tactus::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

EndpointOptions with_key(std::string base_url = "https://api.anthropic.com") {
  EndpointOptions options;
  options.name = "anthropic";
  options.base_url = std::move(base_url);
  options.api_key = "sk-ant";
  return options;
}

Message message(Role role, std::string content) {
  Message made;
  made.role = role;
  made.content = std::move(content);
  return made;
}

ModelRequest asking(std::string model, std::string text = "Hi") {
  ModelRequest request;
  request.model = std::move(model);
  request.messages = {message(Role::kUser, std::move(text))};
  return request;
}

Json body_of(const ModelRequest& request, const EndpointOptions& options = with_key()) {
  auto http = make_anthropic_provider(options)->build(request);
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
  return make_anthropic_provider(with_key())->dropped_settings(request);
}

ToolSpec tool(std::string name) {
  return {std::move(name), "Looks.",
          *parse_json(R"({"type":"object","properties":{}})")->if_object()};
}

// An answer that thought, said something and called a tool.
Message thoughtful() {
  Message answer = message(Role::kAssistant, "Let me look.");
  answer.tool_calls = {{"toolu_1", "look", "{\"q\":1}"}, {"toolu_2", "look", ""}};
  const Json thinking = *parse_json(R"({"type":"thinking","thinking":"Hm.","signature":"Eq=="})");
  answer.provider_parts = {
      {"anthropic", thinking, 0, 0},
      {"gemini", "other", 0, 0},
      {"anthropic", *parse_json(R"({"type":"redacted_thinking","data":"x"})"), 12, 1}};
  return answer;
}

Message result(std::string id, std::string text) {
  Message made = message(Role::kTool, std::move(text));
  made.tool_call_id = std::move(id);
  return made;
}

TEST(AnthropicModel, HasItsVersionFromItsName) {
  const std::pair<const char*, int> cases[] = {
      {"claude-3-5-haiku-20241022", 35},
      {"claude-3-opus-20240229", 30},
      {"claude-sonnet-4-20250514", 40},
      {"claude-opus-4-1-20250805", 41},
      {"claude-sonnet-4-0", 40},
      {"anthropic/claude-haiku-4.5", 45},
      {"claude-sonnet-5", 50},
      {"us.anthropic.claude-sonnet-4-5-20250929-v1:0", 45},
      {"claude-3-7-sonnet@20250219", 37},
      {"my-model-9", 0},
      {"claude-latest", 0},
  };
  for (const auto& [name, version] : cases)
    EXPECT_EQ(anthropic_model(name).version, version) << name;
}

TEST(AnthropicRequest, GoesToTheMessagesOfTheEndpointWithItsKey) {
  ModelRequest request = asking("claude-sonnet-4-5");
  const auto provider = make_anthropic_provider(with_key());
  const auto http = provider->build(request);
  ASSERT_TRUE(http);
  EXPECT_EQ(http->url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(net::find_header(http->headers, "x-api-key"), "sk-ant");
  EXPECT_EQ(net::find_header(http->headers, "anthropic-version"), "2023-06-01");
  EXPECT_EQ(net::find_header(http->headers, "accept"), "text/event-stream");
  for (const char* base :
       {"http://here:8/v1", "http://here:8/v1/", "http://here:8", "http://here:8/v1/messages"}) {
    EXPECT_EQ(make_anthropic_provider(with_key(base))->build(request)->url,
              "http://here:8/v1/messages");
  }
  EndpointOptions bearer = with_key();
  bearer.api_key.clear();
  bearer.headers = {{"Authorization", "Bearer t"}, {"anthropic-beta", "a,b"}};
  const auto own = make_anthropic_provider(bearer)->build(request);
  ASSERT_TRUE(own);
  EXPECT_FALSE(net::find_header(own->headers, "x-api-key"));
  bearer.headers.clear();
  const auto missing = make_anthropic_provider(bearer)->build(request);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kProviderAuth);
}

TEST(AnthropicRequest, AlwaysLimitsTheAnswer) {
  EXPECT_EQ(member(asking("claude-3-haiku-20240307"), "max_tokens"), "4096");
  EXPECT_EQ(member(asking("claude-3-5-sonnet-20241022"), "max_tokens"), "8192");
  EXPECT_EQ(member(asking("claude-sonnet-5"), "max_tokens"), "32000");
  ModelRequest request = asking("claude-sonnet-5");
  request.settings.max_tokens = 7;
  EXPECT_EQ(member(request, "max_tokens"), "7");
}

TEST(AnthropicRequest, PutsAConversationIntoAlternatingTurns) {
  ModelRequest request = asking("claude-sonnet-4-5", "Look twice.");
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  request.messages.push_back(thoughtful());
  request.messages.push_back(result("toolu_1", "one"));
  request.messages.push_back(result("toolu_2", ""));
  request.messages.push_back(message(Role::kUser, "And?"));
  request.messages.push_back(message(Role::kAssistant, " \n"));
  request.messages.push_back(message(Role::kSystem, "In English."));
  request.settings.extra_body["cache_control"] = nullptr;
  EXPECT_EQ(member(request, "system"),
            R"([{"type":"text","text":"Be brief."},{"type":"text","text":"In English."}])");
  const Json expected = *parse_json(R"([
    {"role":"user","content":[{"type":"text","text":"Look twice."}]},
    {"role":"assistant","content":[
      {"type":"thinking","thinking":"Hm.","signature":"Eq=="},
      {"type":"text","text":"Let me look."},
      {"type":"tool_use","id":"toolu_1","name":"look","input":{"q":1}},
      {"type":"redacted_thinking","data":"x"},
      {"type":"tool_use","id":"toolu_2","name":"look","input":{}}]},
    {"role":"user","content":[
      {"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"one"}]},
      {"type":"tool_result","tool_use_id":"toolu_2"},
      {"type":"text","text":"And?"}]}])");
  EXPECT_EQ(body_of(request).at("messages"), expected);
}

TEST(AnthropicRequest, MakesIdsOfOtherProvidersFit) {
  ModelRequest request = asking("claude-sonnet-4-5");
  Message answer = message(Role::kAssistant, "");
  answer.tool_calls = {{"t1.2-c3", "look", "{\"unfinished"}};
  request.messages.push_back(answer);
  request.messages.push_back(result("t1.2-c3", "one"));
  const std::string messages = member(request, "messages");
  EXPECT_NE(messages.find(R"("id":"t1_2-c3","name":"look","input":{})"), std::string::npos);
  EXPECT_NE(messages.find(R"("tool_use_id":"t1_2-c3")"), std::string::npos);
}

TEST(AnthropicRequest, MarksForTheCacheWhatWillBeRepeated) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  const auto marks = [&] {
    const std::string body = dump_json(body_of(request));
    std::size_t count = 0;
    for (std::size_t at = body.find("cache_control"); at != std::string::npos;
         at = body.find("cache_control", at + 1))
      ++count;
    return count;
  };
  EXPECT_EQ(marks(), 0u) << "one question, one answer";
  request.tools = {tool("look")};
  EXPECT_EQ(marks(), 2u) << "system prompt, which the tools come before, and the last message";
  EXPECT_NE(member(request, "messages").find(R"("cache_control":{"type":"ephemeral"})"),
            std::string::npos);
  request.settings.extra_body["cache_control"] = nullptr;
  EXPECT_EQ(marks(), 0u);
  request.settings.extra_body["cache_control"] = JsonObject{{"type", "ephemeral"}};
  EXPECT_EQ(marks(), 1u) << "the program's own";
}

TEST(AnthropicRequest, OffersToolsWhoseArgumentsStream) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.tools = {tool("look")};
  EXPECT_EQ(member(request, "tools"),
            R"([{"name":"look","description":"Looks.","input_schema":{"type":"object",)"
            R"("properties":{}},"eager_input_streaming":true}])");
  EXPECT_EQ(member(request, "tool_choice"), "-");
  EXPECT_FALSE(find_member(body_of(request, with_key("http://here")).at("tools").at(0),
                           "eager_input_streaming"))
      << "others may not know it";
  const std::pair<const char*, const char*> cases[] = {
      {"auto", R"({"type":"auto"})"},
      {"required", R"({"type":"any"})"},
      {"none", R"({"type":"none"})"},
      {"look", R"({"type":"tool","name":"look"})"},
  };
  for (const auto& [choice, expected] : cases) {
    request.tool_choice = choice;
    EXPECT_EQ(member(request, "tool_choice"), expected);
  }
  request.tool_choice = "";
  request.settings.parallel_tool_calls = false;
  EXPECT_EQ(member(request, "tool_choice"), R"({"type":"auto","disable_parallel_tool_use":true})");
}

TEST(AnthropicRequest, AsksForThoughtsInTheWayOfTheModel) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.settings.reasoning_effort = "low";
  EXPECT_EQ(member(request, "thinking"), R"({"type":"enabled","budget_tokens":2048})");
  request.settings.max_tokens = 2000;
  EXPECT_EQ(member(request, "thinking"), R"({"type":"enabled","budget_tokens":1999})");
  request.settings.max_tokens = 1000;
  EXPECT_EQ(member(request, "thinking"), "-") << "no room for the least budget";
  EXPECT_THAT(dropped(request), ElementsAre("reasoning"));
  request = asking("claude-opus-4-8");
  request.settings.reasoning_budget = 9000;
  EXPECT_EQ(member(request, "thinking"), R"({"type":"adaptive","display":"summarized"})");
  EXPECT_EQ(member(request, "output_config"), R"({"effort":"medium"})");
  request.model = "claude-opus-4-6";
  EXPECT_EQ(member(request, "thinking"), R"({"type":"enabled","budget_tokens":9000})");
  request.model = "claude-3-5-sonnet-20241022";
  EXPECT_EQ(member(request, "thinking"), "-");
  EXPECT_THAT(dropped(request), ElementsAre("reasoning"));
  request.settings.reasoning_budget = 0;
  EXPECT_THAT(dropped(request), IsEmpty()) << "it does not think anyway";
  EXPECT_EQ(member(request, "thinking"), "-");
  request.model = "claude-sonnet-5";
  EXPECT_EQ(member(request, "thinking"), R"({"type":"disabled"})");
}

TEST(AnthropicRequest, DoesNotAskForThoughtsInTheMiddleOfATurnThatHasNone) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.settings.reasoning_effort = "high";
  Message answer = thoughtful();
  request.messages.push_back(answer);
  request.messages.push_back(result("toolu_1", "one"));
  EXPECT_NE(member(request, "thinking"), "-");
  request.messages[1].provider_parts.clear();
  EXPECT_EQ(member(request, "thinking"), "-");
  request.messages.push_back(message(Role::kUser, "Next."));
  EXPECT_NE(member(request, "thinking"), "-");
}

TEST(AnthropicRequest, LeavesOutWhatDoesNotGoWithThoughts) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.tools = {tool("look")};
  request.tool_choice = "required";
  request.settings.temperature = 0.5;
  request.settings.seed = 1;
  EXPECT_THAT(dropped(request), ElementsAre("seed"));
  EXPECT_EQ(member(request, "temperature"), "0.5");
  request.settings.reasoning_effort = "low";
  EXPECT_THAT(dropped(request), ElementsAre("temperature", "seed", "tool_choice"));
  EXPECT_EQ(member(request, "temperature"), "-");
  EXPECT_EQ(member(request, "tool_choice"), R"({"type":"auto"})");
  request.settings.reasoning_effort = "";
  request.settings.top_p = 0.9;
  EXPECT_THAT(dropped(request), ElementsAre("top_p", "seed")) << "one of the two only";
  request.model = "claude-sonnet-5";
  EXPECT_THAT(dropped(request), ElementsAre("temperature", "top_p", "seed"));
  EXPECT_EQ(member(request, "tool_choice"), R"({"type":"any"})");
  EXPECT_EQ(member(request, "thinking"), R"({"type":"disabled"})")
      << "it would think unasked, and then not be forced";
}

TEST(AnthropicRequest, AsksForAnObjectInTheWayOfTheModelAndTheSchema) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.output_schema = parse_json(R"({"type":"object","properties":{"n":{"type":"integer"}},
      "required":["n"],"additionalProperties":false})")
                              ->as_object();
  EXPECT_EQ(member(request, "output_config"), R"({"format":{"type":"json_schema","schema":)" +
                                                  dump_json(*request.output_schema) + "}}");
  EXPECT_EQ(member(request, "tools"), "-");
  request.model = "claude-sonnet-4-20250514";
  EXPECT_EQ(member(request, "output_config"), "-");
  EXPECT_NE(member(request, "tools").find(R"([{"name":"final_output")"), std::string::npos);
  EXPECT_EQ(member(request, "tool_choice"), R"({"type":"any"})");
  request.settings.reasoning_effort = "low";
  EXPECT_EQ(member(request, "tool_choice"), R"({"type":"auto"})");
  request.settings.reasoning_effort = "";
  request.tools = {tool("look"), tool("final_output")};
  request.tool_choice = "none";
  EXPECT_EQ(body_of(request).at("tools").as_array().size(), 1u);
  EXPECT_EQ(string_member(body_of(request).at("tools").at(0), "name"), "final_output_");
  request.model = "claude-sonnet-4-5";
  (*request.output_schema)["properties"] =
      JsonObject{{"n", JsonObject{{"type", "integer"}, {"minimum", 1}}}};
  EXPECT_EQ(member(request, "output_config"), "-") << "its compiler knows no limits of values";
  request.output_mode = OutputMode::kNative;
  EXPECT_NE(member(request, "output_config"), "-") << "but the program insists";
  EXPECT_EQ(member(request, "tools").find("final_output_"), std::string::npos);
}

TEST(AnthropicRequest, TakesTheProgramsOwnMembersOfTheBody) {
  ModelRequest request = asking("claude-sonnet-4-5");
  request.stream = false;
  request.settings.stop = {"END"};
  request.settings.extra_body = JsonObject{{"top_k", 5}, {"max_tokens", 1}};
  EXPECT_EQ(member(request, "top_k"), "5");
  EXPECT_EQ(member(request, "max_tokens"), "1");
  EXPECT_EQ(member(request, "stop_sequences"), R"(["END"])");
  EXPECT_EQ(member(request, "stream"), "false");
}

}  // namespace
}  // namespace tactus::llm
