// Recorded Ollama requests are what we would send. Differences that mean nothing are taken out of
// the recording: empty options, an empty format, `think: false` where no model was asked not to
// think, and the streaming that is the default.
#include <gtest/gtest.h>

#include <tactus/llm/providers/ollama_request.hpp>

#include "request_bodies.hpp"

namespace tactus::wire {
namespace {

using llm::Role;

void read_message(const Json& message, llm::ModelRequest& request) {
  llm::Message read = message_of(*llm::role_from_name(string_member(message, "role")),
                                 string_member(message, "content"));
  read.name = string_member(message, "tool_name");
  if (const Json* thinking = find_member(message, "thinking")) {
    JsonObject value;
    value["thinking"] = *thinking;
    read.provider_parts.push_back({std::string(llm::kOllamaDialect), Json(value), 0, 0});
  }
  if (const Json* calls = find_member(message, "tool_calls")) {
    for (const Json& call : calls->get_array()) {
      const Json& function = call.at("function");
      read.tool_calls.push_back(
          {"", std::string(string_member(function, "name")), dump_json(function.at("arguments"))});
    }
  }
  if (read.role == Role::kTool) read.tool_call_id = "unknown";
  request.messages.push_back(read);
}

void read_chat(Json& body, llm::ModelRequest& request) {
  JsonObject& members = body.get_object();
  request.model = string_member(body, "model");
  members["stream"] = true;
  for (const Json& message : body.at("messages").get_array()) read_message(message, request);
  if (const Json* tools = find_member(body, "tools")) {
    for (const Json& tool : tools->get_array()) {
      const Json& function = tool.at("function");
      request.tools.push_back({std::string(string_member(function, "name")),
                               std::string(string_member(function, "description")),
                               function.at("parameters").get_object()});
    }
  }
  if (Json* options = members.if_contains("options")) {
    read_settings(*options, {"temperature", "top_p", "num_predict", "stop"}, request.settings);
    if (options->get_object().empty()) members.erase("options");
  }
  if (string_member(body, "format", "none").empty()) members.erase("format");
  if (const Json* think = find_member(body, "think")) {
    request.settings.reasoning_effort = think->get_bool() ? "medium" : "none";
  }
}

TEST(RecordedOllamaRequests, AreWhatWeWouldSend) {
  const std::string all = "ollama-chat/ollama/";
  expect_same_bodies({"ollama-chat",
                      read_chat,
                      llm::ollama_request_body,
                      11,
                      {{all + "testwithformat", "any JSON, without a schema"},
                       {all + "testclient-generatechatwiththink",
                        "`think` among the options, where Ollama does not look for it"}}});
}

}  // namespace
}  // namespace tactus::wire
