// Recorded Messages requests are what we would send. Differences that mean nothing are taken out of
// the recording: marks of what is to be cached, whether a tool is strict, the usual temperature of
// a model that thinks, how its thoughts are shown, and `disable_parallel_tool_use: false`.
#include <gtest/gtest.h>

#include <tactus/llm/providers/anthropic_request.hpp>

#include "request_bodies.hpp"

namespace tactus::wire {
namespace {

using llm::Role;

// A text in place of a list of one is the same.
JsonArray& blocks_in(Json& content) {
  if (content.is_string()) {
    JsonArray blocks;
    blocks.push_back(JsonObject{{"type", "text"}, {"text", content}});
    content = std::move(blocks);
  }
  for (Json& block : content.get_array()) block.get_object().erase("cache_control");
  return content.get_array();
}

void read_blocks(Json& message, llm::ModelRequest& request) {
  const bool user = string_member(message, "role") == "user";
  llm::Message answer = message_of(Role::kAssistant, "");
  for (Json& block : blocks_in(message.at("content"))) {
    const std::string_view type = string_member(block, "type");
    if (type == "tool_use") {
      answer.tool_calls.push_back({std::string(string_member(block, "id")),
                                   std::string(string_member(block, "name")),
                                   dump_json(block.at("input"))});
    } else if (type == "tool_result") {
      llm::Message said = message_of(Role::kTool, string_member(block.at("content").at(0), "text"));
      said.tool_call_id = string_member(block, "tool_use_id");
      request.messages.push_back(said);
    } else if (user) {
      request.messages.push_back(message_of(Role::kUser, string_member(block, "text")));
    } else {
      answer.content += string_member(block, "text");
    }
  }
  if (!user) request.messages.push_back(answer);
}

void read_tools(Json& body, llm::ModelRequest& request) {
  if (Json* tools = body.get_object().if_contains("tools")) {
    for (Json& tool : tools->get_array()) {
      tool.get_object().erase("strict");
      request.tools.push_back({std::string(string_member(tool, "name")),
                               std::string(string_member(tool, "description")),
                               tool.at("input_schema").get_object()});
    }
  }
  if (Json* choice = body.get_object().if_contains("tool_choice")) {
    const std::string_view type = string_member(*choice, "type");
    request.tool_choice = type == "any" ? "required" : type;
    choice->get_object().erase("disable_parallel_tool_use");
  }
}

void read_messages(Json& body, llm::ModelRequest& request) {
  JsonObject& members = body.get_object();
  request.model = string_member(body, "model");
  request.settings.extra_body["cache_control"] = nullptr;  // No marks.
  if (Json* system = members.if_contains("system")) {
    for (const Json& block : blocks_in(*system))
      request.messages.push_back(message_of(Role::kSystem, string_member(block, "text")));
  }
  for (Json& message : body.at("messages").get_array()) read_blocks(message, request);
  read_tools(body, request);
  if (Json* thinking = members.if_contains("thinking")) {
    request.settings.reasoning_budget = int_member(*thinking, "budget_tokens");
    thinking->get_object().erase("display");
    members.erase("temperature");
  }
  read_settings(body, {"temperature", "top_p", "max_tokens", "stop_sequences"}, request.settings);
  if (const Json* config = find_member(body, "output_config"))
    request.output_schema = config->at("format").at("schema").get_object();
}

TEST(RecordedAnthropicRequests, AreWhatWeWouldSend) {
  const std::string all = "anthropic-messages/anthropic/";
  const std::string vertex = "anthropic-messages/vertex/vertex-claude-3-7-sonnet-";
  const std::string images = "images";
  const std::string own_tools = "tools of the provider, which take extra_body";
  const std::string of_vertex = "Vertex AI, whose bodies have no model";
  expect_same_bodies(
      {"anthropic-messages",
       read_messages,
       [](const llm::ModelRequest& request) { return llm::anthropic_request_body(request, {}); },
       16,
       {{all + "anthropic-claude-sonnet-4-stream", images},
        {all + "anthropic-instrumentation-image-input-messages-with-stream", images},
        {all + "computer-use-streaming-1-df7a", images},
        {all + "anthropic-advisor-tool-stream", own_tools},
        {all + "anthropic-code-execution-tool-stream", own_tools},
        {all + "anthropic-mcp-servers-stream", own_tools},
        {all + "anthropic-native-tool-search-streaming", own_tools},
        {all + "anthropic-text-editor-code-execution-tool-stream", own_tools},
        {all + "anthropic-web-fetch-tool-stream", own_tools},
        {all + "web-search", own_tools},
        {vertex + "simple-streaming", of_vertex},
        {vertex + "tool-streaming", of_vertex},
        {vertex + "tool-streaming-1", of_vertex}}});
}

}  // namespace
}  // namespace tactus::wire
