// Recorded Converse requests are what we would send. Differences that mean nothing are taken out of
// the recording: empty objects and lists, a tool result's `status`, the spelling of a schema. Our
// marks of what is to be cached are left out.
#include <gtest/gtest.h>

#include <tactus/llm/providers/bedrock_request.hpp>

#include "request_bodies.hpp"

namespace tactus::wire {
namespace {

using llm::Role;

void read_blocks(Json& message, llm::ModelRequest& request) {
  const bool user = string_member(message, "role") == "user";
  llm::Message answer = message_of(Role::kAssistant, "");
  for (Json& block : message.at("content").get_array()) {
    if (const Json* use = find_member(block, "toolUse")) {
      answer.tool_calls.push_back({std::string(string_member(*use, "toolUseId")),
                                   std::string(string_member(*use, "name")),
                                   dump_json(use->at("input"))});
    } else if (Json* result = block.get_object().if_contains("toolResult")) {
      result->get_object().erase("status");
      llm::Message said =
          message_of(Role::kTool, string_member(result->at("content").at(0), "text"));
      said.tool_call_id = string_member(*result, "toolUseId");
      request.messages.push_back(said);
    } else if (user) {
      request.messages.push_back(message_of(Role::kUser, string_member(block, "text")));
    } else {
      answer.content += string_member(block, "text");
    }
  }
  if (!user) request.messages.push_back(answer);
}

void read_tools(const Json& config, llm::ModelRequest& request) {
  for (const Json& tool : config.at("tools").get_array()) {
    const Json& spec = tool.at("toolSpec");
    request.tools.push_back({std::string(string_member(spec, "name")),
                             std::string(string_member(spec, "description")),
                             spec.at("inputSchema").at("json").get_object()});
  }
  const Json* choice = find_member(config, "toolChoice");
  if (!choice) return;
  const Json* named = find_member(*choice, "tool");
  request.tool_choice = named                         ? string_member(*named, "name")
                        : find_member(*choice, "any") ? "required"
                                                      : "auto";
}

void read_schema(Json& config, llm::ModelRequest& request) {
  Json& named = config.at("textFormat").at("structure").at("jsonSchema");
  request.output_schema = parse_json(string_member(named, "schema"))->get_object();
  // Ours has one name and no description.
  named = JsonObject{{"name", "output"}, {"schema", dump_json(*request.output_schema)}};
}

void read_converse(Json& body, llm::ModelRequest& request) {
  JsonObject& members = body.get_object();
  request.settings.extra_body["cache_control"] = nullptr;
  if (const Json* system = find_member(body, "system")) {
    for (const Json& block : system->get_array()) {
      request.messages.push_back(message_of(Role::kSystem, string_member(block, "text")));
    }
    if (system->get_array().empty()) members.erase("system");
  }
  for (Json& message : body.at("messages").get_array()) read_blocks(message, request);
  if (Json* config = members.if_contains("inferenceConfig")) {
    read_settings(*config, {"temperature", "topP", "maxTokens", "stopSequences"}, request.settings);
    if (request.settings.stop.empty()) config->get_object().erase("stopSequences");
    if (config->get_object().empty()) members.erase("inferenceConfig");
  }
  if (const Json* config = find_member(body, "toolConfig")) read_tools(*config, request);
  if (Json* config = members.if_contains("outputConfig")) read_schema(*config, request);
  if (const Json* fields = find_member(body, "additionalModelRequestFields")) {
    request.settings.reasoning_budget = int_member(fields->at("thinking"), "budget_tokens");
    // Without a limit the model's own holds, which may be less than the budget.
    members["inferenceConfig"] = JsonObject{{"maxTokens", 1024 + 4096}};
  }
}

TEST(RecordedBedrockRequests, AreWhatWeWouldSend) {
  const std::string all = "bedrock-converse/bedrock/";
  const std::string caching = "a first question marked as to be cached";
  const std::string documents = "documents";
  const std::string guardrail = "a guardrail, which takes extra_body; and two turns of the user";
  expect_same_bodies(
      {"bedrock-converse",
       read_converse,
       llm::bedrock_request_body,
       14,
       {{all + "bedrock-converse-stream-prompt-caching", caching},
        {all + "bedrock-converse-stream-prompt-caching-1", caching},
        {all + "citations-document1", documents},
        {all + "citations-v1-v1", documents},
        {all + "citations-with-bedrock-claude-haiku-4-5-streams-citations", documents},
        {all + "guardrail-converse-stream", guardrail},
        {all + "titan-converse-stream-guardrail", guardrail},
        {all + "bedrock-model-code-execution-tool-stream", "a tool of the provider"}}});
}

}  // namespace
}  // namespace tactus::wire
