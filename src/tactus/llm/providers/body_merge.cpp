#include <tactus/llm/providers/body_merge.hpp>

namespace tactus::llm {

void merge_into(JsonObject& body, const JsonObject& extra) {
  for (const auto& member : extra) {
    Json& ours = body[member.key()];
    if (ours.is_object() && member.value().is_object()) {
      merge_into(ours.get_object(), member.value().get_object());
    } else {
      ours = member.value();
    }
  }
}

std::string schema_instruction(const JsonObject& schema) {
  return "When you give your final answer, reply with nothing but one JSON value that fits this "
         "JSON "
         "Schema, without any text or code fence around it:\n" +
         dump_json(schema);
}

}  // namespace tactus::llm
