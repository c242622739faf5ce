#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/anthropic_messages.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>
#include <tactus/llm/providers/message_parts.hpp>

namespace tactus::llm {
namespace {

// Ids of calls may hold letters, digits, '_' and '-' only; those that other providers made may not
// keep to that.
std::string id_of(const std::string& id) {
  std::string clean = id;
  for (char& c : clean) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool allowed = letter || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!allowed) c = '_';
  }
  return clean;
}

void add_text(std::string_view text, JsonArray& blocks) {
  if (trim(text).empty()) return;
  blocks.push_back(JsonObject{{"type", "text"}, {"text", text}});
}

void add_call(const ToolCall& call, JsonArray& blocks) {
  auto input = parse_json(call.arguments.empty() ? "{}" : call.arguments);
  if (!input || !input->is_object()) input = Json(JsonObject());  // It was never run.
  blocks.push_back(JsonObject{{"type", "tool_use"},
                              {"id", id_of(call.id)},
                              {"name", call.name},
                              {"input", *std::move(input)}});
}

JsonArray blocks_of(const Message& message) {
  JsonArray blocks;
  if (message.role == Role::kAssistant) {
    each_piece(
        message, kAnthropicDialect, [&](std::string_view text) { add_text(text, blocks); },
        [&](const ToolCall& call) { add_call(call, blocks); },
        [&](const Json& block) { blocks.push_back(block); });
  } else if (message.role == Role::kUser) {
    add_text(message.content, blocks);
  } else if (message.role == Role::kTool) {
    JsonObject result{{"type", "tool_result"}, {"tool_use_id", id_of(message.tool_call_id)}};
    JsonArray content;
    add_text(message.content, content);
    if (!content.empty()) result["content"] = std::move(content);
    blocks.push_back(std::move(result));
  }
  return blocks;
}

}  // namespace

JsonArray anthropic_system(std::span<const Message> messages) {
  JsonArray blocks;
  for (const Message& message : messages) {
    if (message.role == Role::kSystem) add_text(message.content, blocks);
  }
  return blocks;
}

JsonArray anthropic_messages(std::span<const Message> messages) {
  JsonArray turns;
  for (const Message& message : messages) {
    JsonArray blocks = blocks_of(message);
    if (blocks.empty()) continue;
    const char* role = message.role == Role::kAssistant ? "assistant" : "user";
    if (turns.empty() || string_member(turns.back(), "role") != role)
      turns.push_back(JsonObject{{"role", role}, {"content", JsonArray()}});
    JsonArray& content = turns.back().as_object()["content"].as_array();
    std::move(blocks.begin(), blocks.end(), std::back_inserter(content));
  }
  return turns;
}

bool lacks_thoughts(std::span<const Message> messages) {
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->role == Role::kUser) return false;
    if (message->role != Role::kAssistant || message->tool_calls.empty()) continue;
    const auto& parts = message->provider_parts;
    const bool thought = std::any_of(parts.begin(), parts.end(), [](const ProviderPart& part) {
      return part.dialect == kAnthropicDialect &&
             string_member(part.value, "type").ends_with("thinking");
    });
    if (!thought) return true;
  }
  return false;
}

}  // namespace tactus::llm
