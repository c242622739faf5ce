#include <array>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {

std::string_view type_name(Type type) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "string", "number", "integer", "boolean", "array", "object", "table", "any"};
  return kNames[static_cast<std::size_t>(type)];
}

const Field* Schema::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string describe(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& violation : violations) {
    if (!text.empty()) text += "; ";
    if (!violation.path.empty()) text += violation.path + ": ";
    text += violation.message;
  }
  return text;
}

}  // namespace tactus::schema
