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

}  // namespace tactus::llm
