// Recorded Gemini requests are what we would send. Differences that mean nothing are taken out of
// the recording: nulls, false flags, empty objects and lists, the role of instructions; and tools
// are described by JSON Schema with us, by Google's older form of it in most recordings. We ask
// models that think for their thoughts, most recordings do not.
#include <algorithm>

#include <gtest/gtest.h>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/gemini_request.hpp>

#include "request_bodies.hpp"

namespace tactus::wire {
namespace {

using llm::Role;

bool says_nothing(const Json& value) {
  return value.is_null() || (value.is_bool() && !value.get_bool()) ||
         (value.is_object() && value.get_object().empty()) ||
         (value.is_array() && value.get_array().empty());
}

// Not inside of schemas and of what tools are given and give, where everything means something.
void remove_what_says_nothing(Json& value) {
  if (JsonArray* elements = value.if_array()) {
    for (Json& element : *elements) remove_what_says_nothing(element);
  }
  JsonObject* members = value.if_object();
  if (!members) return;
  std::vector<std::string> empty;
  for (auto& member : *members) {
    const std::string_view key = member.key();
    if (key == "args" || key == "response" || key == "parameters" || key == "responseJsonSchema") {
      continue;
    }
    remove_what_says_nothing(member.value());
    if (says_nothing(member.value())) empty.emplace_back(key);
  }
  for (const std::string& key : empty) members->erase(key);
}

// Google's older form has the names of types in capitals.
void make_json_schema(Json& schema) {
  if (JsonArray* elements = schema.if_array()) {
    for (Json& element : *elements) make_json_schema(element);
  }
  JsonObject* members = schema.if_object();
  if (!members) return;
  for (auto& member : *members) {
    if (member.key() == "type" && member.value().is_string()) {
      member.value() = to_lower(member.value().get_string());
    } else {
      make_json_schema(member.value());
    }
  }
}

void read_answer(const JsonArray& parts, llm::ModelRequest& request) {
  llm::Message answer = message_of(Role::kAssistant, "");
  for (const Json& part : parts) {
    const std::string_view signature = string_member(part, "thoughtSignature");
    const Json* call = find_member(part, "functionCall");
    llm::ProviderPart kept{std::string(llm::kGeminiDialect), nullptr, 0, 0};
    if (call) {
      const int index = static_cast<int>(answer.tool_calls.size());
      const std::string id(string_member(*call, "id", "made-up-" + std::to_string(index)));
      const Json* arguments = find_member(*call, "args");
      answer.tool_calls.push_back(
          {id, std::string(string_member(*call, "name")), arguments ? dump_json(*arguments) : ""});
      kept.value = llm::gemini_call_part(index, string_member(*call, "id"), signature);
    } else {
      const std::string_view text = string_member(part, "text");
      answer.content += text;
      kept.value = llm::gemini_text_part(text.size(), signature);
    }
    kept.text_bytes = answer.content.size();
    kept.calls = answer.tool_calls.size();
    if (call || !signature.empty()) answer.provider_parts.push_back(kept);
  }
  request.messages.push_back(answer);
}

void read_user(const JsonArray& parts, llm::ModelRequest& request) {
  const auto calls = [&]() -> const std::vector<llm::ToolCall>& {
    const auto asked = std::find_if(request.messages.rbegin(), request.messages.rend(),
                                    [](const auto& m) { return !m.tool_calls.empty(); });
    return asked->tool_calls;
  };
  std::size_t responses = 0;
  for (const Json& part : parts) {
    if (const Json* response = find_member(part, "functionResponse")) {
      llm::Message result = message_of(Role::kTool, dump_json(response->at("response")));
      result.tool_call_id = calls().at(responses++).id;
      request.messages.push_back(result);
    } else {
      request.messages.push_back(message_of(Role::kUser, string_member(part, "text")));
    }
  }
}

void read_tools(Json& tools, llm::ModelRequest& request) {
  for (Json& function : tools.at(0).at("functionDeclarations").get_array()) {
    Json parameters = take(function.get_object(), "parameters");
    make_json_schema(parameters);
    request.tools.push_back({std::string(string_member(function, "name")),
                             std::string(string_member(function, "description")),
                             parameters.get_object()});
    const Json* properties = find_member(parameters, "properties");
    const bool any = properties && !properties->get_object().empty();
    if (any) function.get_object()["parametersJsonSchema"] = parameters;
  }
}

void read_config(Json& config, llm::ModelRequest& request) {
  llm::Settings& settings = request.settings;
  read_settings(config, {"temperature", "topP", "maxOutputTokens", "stopSequences"}, settings);
  config.get_object().erase("responseModalities");  // Text is what comes without it.
  if (const Json* schema = find_member(config, "responseJsonSchema")) {
    request.output_schema = schema->get_object();
  }
  const Json* thinking = find_member(config, "thinkingConfig");
  if (thinking && find_member(*thinking, "thinkingBudget")) {
    settings.reasoning_budget = int_member(*thinking, "thinkingBudget");
  }
}

// As we would ask for thoughts where the recording does not say.
void ask_for_thoughts(JsonObject& body, const llm::ModelRequest& request) {
  const JsonObject ours = llm::gemini_request_body(request);
  const Json* config = ours.if_contains("generationConfig");
  const Json* thinking = config ? find_member(*config, "thinkingConfig") : nullptr;
  if (!thinking || request.settings.reasoning_budget) return;
  if (!body.contains("generationConfig")) body["generationConfig"] = JsonObject();
  body["generationConfig"].get_object()["thinkingConfig"] = JsonObject{{"includeThoughts", true}};
}

void read_generate(Json& body, llm::ModelRequest& request) {
  // A budget of 0 says something; false and null do not.
  remove_what_says_nothing(body);
  JsonObject& members = body.get_object();
  if (Json* system = members.if_contains("systemInstruction")) {
    system->get_object().erase("role");
    for (const Json& part : system->at("parts").get_array()) {
      request.messages.push_back(message_of(Role::kSystem, string_member(part, "text")));
    }
  }
  for (const Json& content : body.at("contents").get_array()) {
    const JsonArray& parts = content.at("parts").get_array();
    if (string_member(content, "role") == "model") {
      read_answer(parts, request);
    } else {
      read_user(parts, request);
    }
  }
  if (Json* tools = members.if_contains("tools")) read_tools(*tools, request);
  if (find_member(body, "toolConfig")) request.tool_choice = "auto";
  if (Json* config = members.if_contains("generationConfig")) read_config(*config, request);
  members.erase("safetySettings");  // For `extra_body`.
  if (const Json* config = find_member(body, "generationConfig"); config && says_nothing(*config)) {
    members.erase("generationConfig");
  }
  ask_for_thoughts(members, request);
}

TEST(RecordedGeminiRequests, AreWhatWeWouldSend) {
  const std::string all = "gemini/google/";
  const std::string provider_tool = "a tool of the provider";
  expect_same_bodies(
      {"gemini",
       read_generate,
       llm::gemini_request_body,
       25,
       {{all + "google-model-file-search-tool-stream-3", provider_tool},
        {all + "native-output-with-builtin-tools-stream", provider_tool},
        {all + "streaming-code-execution-unicode-output", provider_tool},
        {all + "streaming-history-preserves-hybrid-tool-result-image-parts-1",
         "an image in a tool's result"},
        {all + "nested-model-deep-composition", "the older form of a schema for the reply"}}});
}

}  // namespace
}  // namespace tactus::wire
