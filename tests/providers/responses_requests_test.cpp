// Recorded Responses requests are what we would send. Differences that mean nothing are taken out
// of both: whether a schema is strict and what it is called, what is to be stored and included, how
// reasoning is summed up; and out of the recording ids and types that may be left out.
#include <gtest/gtest.h>

#include <tactus/llm/providers/responses_request.hpp>

#include "request_bodies.hpp"

namespace tactus::wire {
namespace {

using llm::Role;

std::string text_of(const Json& content) {
  if (content.is_string()) return std::string(content.get_string());
  std::string text;
  for (const Json& part : content.get_array()) text += string_member(part, "text");
  return text;
}

// One answer of the model may be several items.
llm::Message& answer_in(llm::ModelRequest& request) {
  if (request.messages.empty() || request.messages.back().role != Role::kAssistant)
    request.messages.push_back(message_of(Role::kAssistant, ""));
  return request.messages.back();
}

// Reads an item and brings it into the form that we give it; false when it is an instruction.
bool read_item(Json& item, llm::ModelRequest& request) {
  JsonObject& members = item.get_object();
  const std::string type(string_member(item, "type", "message"));
  if (type == "reasoning") {
    llm::Message& answer = answer_in(request);
    answer.provider_parts.push_back({std::string(llm::kResponsesDialect), item,
                                     answer.content.size(), answer.tool_calls.size()});
  } else if (type == "function_call") {
    members.erase("id");
    members.erase("status");
    answer_in(request).tool_calls.push_back({std::string(string_member(item, "call_id")),
                                             std::string(string_member(item, "name")),
                                             std::string(string_member(item, "arguments"))});
  } else if (type == "function_call_output") {
    llm::Message said = message_of(Role::kTool, text_of(item.at("output")));
    said.tool_call_id = string_member(item, "call_id");
    request.messages.push_back(said);
    item = JsonObject{{"type", type}, {"call_id", said.tool_call_id}, {"output", said.content}};
  } else {
    const std::string role(string_member(item, "role"));
    const std::string text = text_of(item.at("content"));
    item = JsonObject{{"role", role}, {"content", text}};
    if (role == "system" || role == "developer") {
      request.messages.push_back(message_of(Role::kSystem, text));
      return false;
    }
    if (role == "assistant") {
      answer_in(request).content += text;
    } else {
      request.messages.push_back(message_of(Role::kUser, text));
    }
  }
  return true;
}

// Instructions may open the input instead.
void read_input(Json& body, llm::ModelRequest& request) {
  JsonObject& members = body.get_object();
  const std::string_view instructions = string_member(body, "instructions");
  if (!instructions.empty()) request.messages.push_back(message_of(Role::kSystem, instructions));
  if (body.at("input").is_string()) {
    JsonArray items;
    items.push_back(JsonObject{{"role", "user"}, {"content", body.at("input")}});
    members["input"] = std::move(items);
  }
  JsonArray items;
  for (Json& item : body.at("input").get_array()) {
    if (read_item(item, request)) {
      items.push_back(item);
    } else {
      members["instructions"] = text_of(item.at("content"));
    }
  }
  members["input"] = std::move(items);
}

void read_tools(Json& body, llm::ModelRequest& request) {
  if (Json* tools = body.get_object().if_contains("tools")) {
    for (Json& tool : tools->get_array()) {
      if (string_member(tool, "description").empty()) tool.get_object().erase("description");
      request.tools.push_back({std::string(string_member(tool, "name")),
                               std::string(string_member(tool, "description")),
                               tool.at("parameters").get_object()});
    }
  }
  if (request.tools.empty()) body.get_object().erase("tools");
  request.tool_choice = string_member(body, "tool_choice");
  if (const Json* parallel = find_member(body, "parallel_tool_calls"))
    request.settings.parallel_tool_calls = parallel->as_bool();
}

// What is not compared.
void strip(Json& body) {
  JsonObject& members = body.get_object();
  for (const char* key : {"store", "include", "stream_options"}) members.erase(key);
  if (Json* tools = members.if_contains("tools")) {
    for (Json& tool : tools->get_array()) tool.get_object().erase("strict");
  }
  if (Json* reasoning = members.if_contains("reasoning")) reasoning->get_object().erase("summary");
  if (Json* text = members.if_contains("text")) {
    for (const char* key : {"strict", "name"}) text->at("format").get_object().erase(key);
  }
}

void read_responses(Json& body, llm::ModelRequest& request) {
  request.model = string_member(body, "model");
  read_input(body, request);
  read_tools(body, request);
  read_settings(body, {"temperature", "top_p", "max_output_tokens", "stop"}, request.settings);
  if (const Json* reasoning = find_member(body, "reasoning"))
    request.settings.reasoning_effort = string_member(*reasoning, "effort");
  if (const Json* text = find_member(body, "text"))
    request.output_schema = text->at("format").at("schema").get_object();
  strip(body);
}

JsonObject write_responses(const llm::ModelRequest& request) {
  Json body(llm::responses_request_body(request, {}));
  strip(body);
  return body.get_object();
}

TEST(RecordedResponsesRequests, AreWhatWeWouldSend) {
  const std::string all = "openai-responses/";
  const std::string own_tools = "tools of the provider, which take extra_body";
  expect_same_bodies(
      {"openai-responses",
       read_responses,
       write_responses,
       38,
       {{all + "openai/openai-native-tool-search-streaming", own_tools},
        {all + "openai/openai-responses-thinking-with-code-execution-tool-stream", own_tools},
        {all + "openrouter/image-prompt-1", "images"}}});
}

}  // namespace
}  // namespace tactus::wire
