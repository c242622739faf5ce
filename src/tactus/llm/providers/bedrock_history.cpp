#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/llm/providers/bedrock_history.hpp>
#include <tactus/llm/providers/bedrock_request.hpp>

namespace tactus::llm {
namespace {

// Ids may hold letters, digits, '_' and '-', at most 64 of them; those of other providers may not
// keep to that. The end of an id says more than its beginning.
std::string tool_use_id(std::string_view id) {
  constexpr std::size_t kIdBytesMax = 64;
  if (id.size() > kIdBytesMax) id.remove_prefix(id.size() - kIdBytesMax);
  std::string kept(id);
  for (char& c : kept) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!allowed) c = '_';
  }
  return kept;
}

JsonObject block_of(std::string_view kind, Json value) {
  JsonObject block;
  block[kind] = std::move(value);
  return block;
}

// The blocks of one answer, in the order in which they came: what is known of the reasoning says
// after how much text and how many calls it stood. Blank texts are refused, so they are left out.
class AnswerBlocks {
 public:
  explicit AnswerBlocks(const Message& message) : message_(message) {}

  JsonArray build() {
    for (const ProviderPart& part : message_.provider_parts) {
      if (part.dialect != kBedrockDialect || part.text_bytes > message_.content.size()) continue;
      add_text_until(part.text_bytes);
      add_calls_until(part.calls);
      blocks_.emplace_back(block_of("reasoningContent", part.value));
    }
    add_text_until(message_.content.size());
    add_calls_until(message_.tool_calls.size());
    return std::move(blocks_);
  }

 private:
  void add_text_until(std::size_t end) {
    if (end <= text_done_) return;
    const std::string text = message_.content.substr(text_done_, end - text_done_);
    text_done_ = end;
    if (!trim(text).empty()) blocks_.emplace_back(block_of("text", Json(text)));
  }

  void add_calls_until(std::size_t end) {
    for (; calls_done_ < std::min(end, message_.tool_calls.size()); ++calls_done_) {
      const ToolCall& call = message_.tool_calls[calls_done_];
      const auto input = parse_json(call.arguments);
      JsonObject use;
      use["toolUseId"] = tool_use_id(call.id);
      use["name"] = call.name;
      use["input"] = input && input->is_object() ? *input : Json(JsonObject());
      blocks_.emplace_back(block_of("toolUse", std::move(use)));
    }
  }

  const Message& message_;
  JsonArray blocks_;
  std::size_t text_done_ = 0, calls_done_ = 0;
};

JsonObject tool_result(const Message& message) {
  const bool blank = trim(message.content).empty();
  JsonObject result;
  result["toolUseId"] = tool_use_id(message.tool_call_id);
  result["content"] = JsonArray{
      Json(blank ? block_of("json", JsonObject()) : block_of("text", Json(message.content)))};
  return block_of("toolResult", std::move(result));
}

class HistoryWriter {
 public:
  void add(const Message& message) {
    switch (message.role) {
      case Role::kSystem:
        if (!trim(message.content).empty()) {
          history_.system.emplace_back(block_of("text", Json(message.content)));
        }
        break;
      case Role::kUser:
        if (!trim(message.content).empty()) {
          append("user", {Json(block_of("text", Json(message.content)))});
        }
        break;
      case Role::kAssistant:
        remember_tools(message);
        append("assistant", AnswerBlocks(message).build());
        break;
      case Role::kTool:
        append("user", {Json(tool_result(message))});
        break;
    }
  }

  BedrockHistory take() {
    // A conversation has to begin with the user: instructions alone are what is asked.
    if (history_.messages.empty() && !history_.system.empty()) {
      append("user", std::move(history_.system));
      history_.system = JsonArray();
    }
    return std::move(history_);
  }

 private:
  // The roles must take turns.
  void append(std::string_view role, JsonArray blocks) {
    if (blocks.empty()) return;
    JsonArray& messages = history_.messages;
    if (messages.empty() || string_member(messages.back(), "role") != role) {
      JsonObject message;
      message["role"] = role;
      message["content"] = JsonArray();
      messages.emplace_back(std::move(message));
    }
    JsonArray& content = messages.back().get_object()["content"].get_array();
    for (Json& block : blocks) content.push_back(std::move(block));
  }

  void remember_tools(const Message& message) {
    for (const ToolCall& call : message.tool_calls) {
      auto& names = history_.tool_names;
      if (std::find(names.begin(), names.end(), call.name) == names.end()) {
        names.push_back(call.name);
      }
    }
  }

  BedrockHistory history_;
};

}  // namespace

BedrockHistory bedrock_history(const std::vector<Message>& messages) {
  HistoryWriter writer;
  for (const Message& message : messages) writer.add(message);
  return writer.take();
}

ProviderPart bedrock_reasoning_part(std::string_view text, std::string_view signature) {
  JsonObject reasoning;
  reasoning["text"] = text;
  reasoning["signature"] = signature;
  ProviderPart part;
  part.dialect = kBedrockDialect;
  part.value = block_of("reasoningText", std::move(reasoning));
  return part;
}

ProviderPart bedrock_redacted_part(std::string_view base64) {
  ProviderPart part;
  part.dialect = kBedrockDialect;
  part.value = block_of("redactedContent", Json(base64));
  return part;
}

}  // namespace tactus::llm
