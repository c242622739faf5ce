#include <algorithm>

#include <tactus/llm/providers/anthropic_model.hpp>

namespace tactus::llm {

// The first number after "claude" that is no date is the version; a digit after it its minor part.
AnthropicModel anthropic_model(std::string_view name) {
  AnthropicModel model;
  const std::size_t claude = name.find("claude");
  if (claude == std::string_view::npos) return model;
  name.remove_prefix(claude);
  while (!name.empty()) {
    name.remove_prefix(std::min(name.find_first_of("0123456789"), name.size()));
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    if (digits == 0) return model;
    const std::string_view number = name.substr(0, digits);
    name.remove_prefix(digits);
    if (digits > 1) continue;  // A date.
    model.version = 10 * (number[0] - '0');
    const bool has_minor = name.size() >= 2 && (name[0] == '-' || name[0] == '.') &&
                           name[1] >= '0' && name[1] <= '9' &&
                           (name.size() == 2 || name[2] < '0' || name[2] > '9');
    if (has_minor) model.version += name[1] - '0';
    return model;
  }
  return model;
}

}  // namespace tactus::llm
