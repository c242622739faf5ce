// Regular expressions over characters instead of bytes: text becomes UTF-32 (wchar_t here), so that
// `^.{1,3}$` counts letters. Boost.Regex, because std::regex recurses once per character and would
// overflow the stack on a long text; Boost's matcher gives up with an exception instead.
#include <boost/regex.hpp>

#include <tactus/schema/values.hpp>

static_assert(sizeof(wchar_t) == 4, "patterns are matched over UTF-32");

namespace tactus::schema {
namespace {

std::wstring widen(std::string_view text) {
  std::wstring wide;
  wide.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3Fu);
    }
    wide += static_cast<wchar_t>(point);
    i += length;
  }
  return wide;
}

boost::wregex compile(const std::string& pattern) {
  return boost::wregex(widen(pattern), boost::regex_constants::ECMAScript);
}

}  // namespace

std::optional<bool> pattern_matches(const std::string& pattern, std::string_view text) {
  try {
    const std::wstring wide = widen(text);
    return boost::regex_search(wide.begin(), wide.end(), compile(pattern));
  } catch (const std::runtime_error&) {  // boost::regex_error, and "too complex".
    return std::nullopt;
  }
}

bool pattern_is_valid(const std::string& pattern) {
  try {
    compile(pattern);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace tactus::schema
