#include <algorithm>
#include <array>

#include <tactus/llm/mock/dialect.hpp>

namespace tactus::llm::mock {
namespace {

Json chat_of_chat(const Json& request) { return request; }

std::unique_ptr<AnswerWriter> chat_writer(const ResponseIdentity& identity, const Json& request) {
  const Json* options = find_member(request, "stream_options");
  const bool include = options && bool_member(*options, "include_usage");
  return std::make_unique<ChunkWriter>(
      identity, include ? ChunkWriter::Usage::kIncluded : ChunkWriter::Usage::kLeftOut);
}

constexpr std::array kDialects = {
    Dialect{"/v1/chat/completions", "chatcmpl-",
            "'messages' must be a list of at least one message.", chat_of_chat, chat_writer,
            whole_reply, true},
    Dialect{"/v1/responses", "resp_", "'input' must be a text or a list of at least one item.",
            chat_of_responses, responses_writer, whole_responses},
    Dialect{"/v1/messages", "msg_", "'messages' must be a list of at least one message.",
            chat_of_anthropic, anthropic_writer, whole_anthropic},
};

}  // namespace

const Dialect* find_dialect(std::string_view path) {
  const auto found = std::find_if(kDialects.begin(), kDialects.end(),
                                  [&](const Dialect& dialect) { return dialect.path == path; });
  return found == kDialects.end() ? nullptr : &*found;
}

void copy_common(const Json& request, JsonObject& chat) {
  for (const char* key : {"model", "stream", "x_tactus"}) {
    if (const Json* value = find_member(request, key)) chat[key] = *value;
  }
}

JsonObject chat_tool(std::string_view name, std::string_view description, const Json* parameters) {
  JsonObject function{{"name", name}, {"description", description}};
  if (parameters) function["parameters"] = *parameters;
  return {{"type", "function"}, {"function", std::move(function)}};
}

std::string text_of_parts(const Json* content) {
  if (!content) return "";
  if (content->is_string()) return std::string(content->get_string());
  std::string text;
  if (const JsonArray* parts = content->if_array()) {
    for (const Json& part : *parts) text += string_member(part, "text");
  }
  return text;
}

void append_event(std::string& out, std::string_view type, JsonObject members) {
  members["type"] = type;
  out += "event: ";
  out += type;
  out += "\ndata: ";
  out += dump_json(Json(std::move(members)));
  out += "\n\n";
}

}  // namespace tactus::llm::mock
