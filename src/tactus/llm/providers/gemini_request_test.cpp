#include <gtest/gtest.h>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/gemini_request.hpp>

namespace tactus::llm {
namespace {

Json json(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json();
}

EndpointOptions google() {
  EndpointOptions options;
  options.name = "google";
  options.base_url = "https://generativelanguage.googleapis.com/v1beta";
  options.api_key = "AIza-test";
  return options;
}

net::HttpRequest built(const ModelRequest& request, const EndpointOptions& options = google(),
                       GeminiAccess access = GeminiAccess::kApiKey) {
  auto http = make_gemini_provider(options, access)->build(request);
  EXPECT_TRUE(http) << http.error().message;
  return http ? *http : net::HttpRequest();
}

Message message(Role role, std::string content) {
  Message message;
  message.role = role;
  message.content = std::move(content);
  return message;
}

ModelRequest simple(std::string model = "gemini-2.0-flash") {
  ModelRequest request;
  request.model = std::move(model);
  request.messages.push_back(message(Role::kUser, "Hi"));
  return request;
}

Json body(const ModelRequest& request) { return Json(gemini_request_body(request)); }

ProviderPart part(JsonObject value, std::size_t text_bytes, std::size_t calls) {
  return {std::string(kGeminiDialect), Json(std::move(value)), text_bytes, calls};
}

TEST(GeminiRequest, AStreamIsAskedForAsEvents) {
  const net::HttpRequest http = built(simple());
  EXPECT_EQ(http.url,
            "https://generativelanguage.googleapis.com/v1beta/models/"
            "gemini-2.0-flash:streamGenerateContent?alt=sse");
  EXPECT_EQ(net::find_header(http.headers, "x-goog-api-key"), "AIza-test");
  EXPECT_EQ(net::find_header(http.headers, "accept"), "text/event-stream");
  EXPECT_FALSE(net::find_header(http.headers, "authorization"));
  EXPECT_EQ(json(http.body), json(R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}]})"));
  ModelRequest whole = simple("tunedModels/mine");
  whole.stream = false;
  EXPECT_EQ(built(whole).url,
            "https://generativelanguage.googleapis.com/v1beta/tunedModels/mine:generateContent");
  EndpointOptions proxy = google();
  proxy.base_url = "http://proxy/google?team=a";
  EXPECT_EQ(built(simple(), proxy).url,
            "http://proxy/google/models/gemini-2.0-flash:streamGenerateContent?team=a&alt=sse");
}

TEST(GeminiRequest, AnAddressWithoutAVersionGetsIt) {
  for (const char* base : {"http://localhost:8080", "http://localhost:8080/"}) {
    EndpointOptions options = google();
    options.base_url = base;
    EXPECT_TRUE(built(simple(), options).url.starts_with("http://localhost:8080/v1beta/models/"));
  }
}

TEST(GeminiRequest, VertexTakesATokenAndNamesThePublisher) {
  EndpointOptions vertex = google();
  vertex.base_url = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l";
  const net::HttpRequest http = built(simple(), vertex, GeminiAccess::kVertexToken);
  EXPECT_EQ(http.url, vertex.base_url +
                          "/publishers/google/models/"
                          "gemini-2.0-flash:streamGenerateContent?alt=sse");
  EXPECT_EQ(net::find_header(http.headers, "authorization"), "Bearer AIza-test");
  EXPECT_FALSE(net::find_header(http.headers, "x-goog-api-key"));
}

TEST(GeminiRequest, AMissingKeyIsNamed) {
  EndpointOptions options = google();
  options.api_key = "";
  options.key_hint = "GOOGLE_API_KEY";
  const auto missing = make_gemini_provider(options, GeminiAccess::kApiKey)->build(simple());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kProviderAuth);
  EXPECT_NE(missing.error().hint.find("GOOGLE_API_KEY"), std::string::npos);
  options.headers = {{"X-Goog-Api-Key", "own"}};
  EXPECT_EQ(net::find_header(built(simple(), options).headers, "x-goog-api-key"), "own");
}

TEST(GeminiRequest, InstructionsStandApart) {
  ModelRequest request = simple();
  request.messages.insert(request.messages.begin(), message(Role::kSystem, "Be brief."));
  request.messages.push_back(message(Role::kSystem, "Still."));
  EXPECT_EQ(body(request), json(R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
      "systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Still."}]}})"));
  request.messages = {message(Role::kSystem, "Begin.")};
  EXPECT_EQ(body(request), json(R"({"contents":[{"role":"user","parts":[{"text":"Begin."}]}]})"))
      << "nothing is answered without contents";
}

TEST(GeminiRequest, CallsAndTheirResultsAreMatchedByNameAndId) {
  ModelRequest request = simple();
  Message answer = message(Role::kAssistant, "Let me see.");
  answer.tool_calls = {{"q7", "f", R"({"a":1})"}, {"run-c1", "g", ""}, {"c", "h", "{\"cut"}};
  answer.provider_parts = {part(gemini_call_part(0, "q7", ""), 11, 1)};
  request.messages.push_back(answer);
  for (const auto& [id, said] :
       {std::pair("q7", R"({"ok":true})"), std::pair("run-c1", "text"), std::pair("c", "[1]")}) {
    Message result = message(Role::kTool, said);
    result.tool_call_id = id;
    request.messages.push_back(result);
  }
  request.messages.push_back(message(Role::kUser, "And?"));
  EXPECT_EQ(body(request).at("contents"), json(R"([
      {"role":"user","parts":[{"text":"Hi"}]},
      {"role":"model","parts":[{"text":"Let me see."},
        {"functionCall":{"id":"q7","name":"f","args":{"a":1}}},
        {"functionCall":{"name":"g","args":{}}},{"functionCall":{"name":"h","args":{}}}]},
      {"role":"user","parts":[
        {"functionResponse":{"id":"q7","name":"f","response":{"ok":true}}},
        {"functionResponse":{"name":"g","response":{"result":"text"}}},
        {"functionResponse":{"name":"h","response":{"result":[1]}}}]},
      {"role":"user","parts":[{"text":"And?"}]}])"));
}

TEST(GeminiRequest, SignaturesGoBackOnTheirParts) {
  ModelRequest request = simple("gemini-3-pro-preview");
  Message answer = message(Role::kAssistant, "abcd");
  answer.tool_calls = {{"1", "f", "{}"}, {"2", "g", "{}"}};
  answer.provider_parts = {part(gemini_thought_part("Hm.", "A"), 0, 0),
                           part(gemini_text_part(2, "B"), 3, 0),
                           part(gemini_call_part(0, "", "C"), 4, 1),
                           part(gemini_text_part(0, "D"), 4, 2),
                           {"anthropic", Json("not ours"), 0, 0}};
  request.messages.push_back(answer);
  EXPECT_EQ(body(request).at("contents").at(1).at("parts"), json(R"([
      {"text":"Hm.","thought":true,"thoughtSignature":"A"},
      {"text":"a"},{"text":"bc","thoughtSignature":"B"},{"text":"d"},
      {"functionCall":{"name":"f","args":{}},"thoughtSignature":"C"},
      {"functionCall":{"name":"g","args":{}}},
      {"text":"","thoughtSignature":"D"}])"));
  request.messages.back().content = "ab";
  EXPECT_EQ(body(request).at("contents").at(1).at("parts"), json(R"([
      {"text":"Hm.","thought":true,"thoughtSignature":"A"},{"text":"ab"},
      {"functionCall":{"name":"f","args":{}},"thoughtSignature":"C"},
      {"functionCall":{"name":"g","args":{}}}])"))
      << "a text that was changed since is not what was signed";
}

TEST(GeminiRequest, CallsOfOtherModelsGetTheSignatureForThem) {
  ModelRequest request = simple("gemini-3-flash");
  Message answer = message(Role::kAssistant, "");
  answer.tool_calls = {{"1", "f", "{}"}, {"2", "g", "{}"}};
  request.messages.push_back(answer);
  EXPECT_EQ(body(request).at("contents").at(1).at("parts"), json(R"([
      {"functionCall":{"name":"f","args":{}},
       "thoughtSignature":"skip_thought_signature_validator"},
      {"functionCall":{"name":"g","args":{}}}])"));
  request.model = "gemini-2.5-pro";
  EXPECT_EQ(body(request).at("contents").at(1).at("parts"), json(R"([
      {"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}])"));
}

TEST(GeminiRequest, ToolsChoiceSettingsAndExtrasAreWritten) {
  ModelRequest request = simple();
  request.tools = {{"f", "does f", json(R"({"type":"object","properties":{"a":{}}})").get_object()},
                   {"g", "", json(R"({"type":"object","properties":{}})").get_object()}};
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
  settings.extra_body =
      json(R"({"generationConfig":{"topK":5,"seed":8},"safetySettings":[]})").get_object();
  EXPECT_EQ(body(request), json(R"({"contents":[{"role":"user","parts":[{"text":"Hi"}]}],
      "tools":[{"functionDeclarations":[
        {"name":"f","description":"does f",
         "parametersJsonSchema":{"type":"object","properties":{"a":{}}}},{"name":"g"}]}],
      "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
      "generationConfig":{"temperature":0.5,"topP":0.9,"presencePenalty":0.1,
        "frequencyPenalty":0.2,"maxOutputTokens":50,"seed":8,"stopSequences":["END"],"topK":5},
      "safetySettings":[]})"));
  EXPECT_EQ(make_gemini_provider(google(), GeminiAccess::kApiKey)->dropped_settings(request),
            (std::vector<std::string>{"parallel_tool_calls"}));
  const auto mode = [&](const char* choice) {
    request.tool_choice = choice;
    return body(request).at("toolConfig").at("functionCallingConfig");
  };
  EXPECT_EQ(mode("auto"), json(R"({"mode":"AUTO"})"));
  EXPECT_EQ(mode("none"), json(R"({"mode":"NONE"})"));
  EXPECT_EQ(mode("required"), json(R"({"mode":"ANY"})"));
}

TEST(GeminiRequest, ASchemaBindsTheReplyWhereTheModelCanBeBound) {
  ModelRequest request = simple("gemini-2.5-flash");
  request.output_schema =
      json(R"({"type":"object","properties":{"a":{"type":"string"}}})").get_object();
  const auto bound = [&] {
    const Json config = body(request).at("generationConfig");
    return config.get_object().contains("responseJsonSchema") &&
           config.at("responseMimeType") == Json("application/json");
  };
  EXPECT_TRUE(bound());
  request.tools = {{"f", "", {}}};
  EXPECT_FALSE(bound()) << "not beside tools";
  request.output_mode = OutputMode::kNative;
  EXPECT_TRUE(bound()) << "unless the program insists";
  request.output_mode = OutputMode::kAuto;
  const Json system = body(request).at("systemInstruction").at("parts").at(0);
  EXPECT_NE(string_member(system, "text").find(R"("a":{"type":"string"})"), std::string::npos);
  request.model = "gemini-3-flash-preview";
  EXPECT_TRUE(bound());
  EXPECT_FALSE(body(request).get_object().contains("systemInstruction"));
}

TEST(GeminiRequest, ThinkingIsAskedForInTheModelsOwnTerms) {
  const auto thinking = [](const char* model, const char* effort, std::optional<int> budget = {}) {
    ModelRequest request = simple(model);
    request.settings.reasoning_effort = effort;
    request.settings.reasoning_budget = budget;
    const Json all = body(request);
    const Json* config = find_member(all, "generationConfig");
    const Json* found = config ? find_member(*config, "thinkingConfig") : nullptr;
    return found ? dump_json(*found) : "";
  };
  EXPECT_EQ(thinking("gemini-2.0-flash", ""), "");
  EXPECT_EQ(thinking("gemini-2.5-flash", ""), R"({"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-2.5-flash-image", ""), "");
  EXPECT_EQ(thinking("gemini-flash-latest", ""), R"({"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-2.5-flash", "none"), R"({"thinkingBudget":0})");
  EXPECT_EQ(thinking("gemini-2.5-flash", "low"),
            R"({"thinkingBudget":2048,"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-2.5-flash", "", 999'999),
            R"({"thinkingBudget":24576,"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-2.5-flash-lite", "", 100),
            R"({"thinkingBudget":512,"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-2.5-pro", "none"), R"({"thinkingBudget":128,"includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-3-pro-preview", "medium"),
            R"({"thinkingLevel":"high","includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-3.1-pro-preview", "medium"),
            R"({"thinkingLevel":"medium","includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-3-flash", "none"),
            R"({"thinkingLevel":"minimal","includeThoughts":true})");
  EXPECT_EQ(thinking("gemini-3-flash", "", 100),
            R"({"thinkingBudget":100,"includeThoughts":true})");
}

}  // namespace
}  // namespace tactus::llm
