#include <charconv>

#include <tactus/llm/providers/surrogates.hpp>

namespace tactus::llm {
namespace {

// The code unit that a "\uXXXX" at `at` names; -1 if there is none.
int code_unit(std::string_view json, std::size_t at) {
  if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return -1;
  int unit = 0;
  const char* first = json.data() + at + 2;
  const auto [end, error] = std::from_chars(first, first + 4, unit, 16);
  return error == std::errc() && end == first + 4 ? unit : -1;
}

bool is_leading(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_trailing(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

std::string replace_lone_surrogates(std::string_view json) {
  std::string repaired;
  repaired.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    std::size_t length = 1;
    if (json[i] == '\\') {
      const int unit = code_unit(json, i);
      const bool pair = is_leading(unit) && is_trailing(code_unit(json, i + 6));
      length = pair ? 12 : unit >= 0 ? 6 : i + 1 < json.size() ? 2 : 1;
      if (!pair && (is_leading(unit) || is_trailing(unit))) {
        repaired += "\\uFFFD";
        i += length;
        continue;
      }
    }
    repaired += json.substr(i, length);
    i += length;
  }
  return repaired;
}

}  // namespace tactus::llm
