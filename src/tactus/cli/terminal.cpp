#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <unistd.h>

#include <tactus/base/utf8.hpp>
#include <tactus/cli/terminal.hpp>

namespace tactus::cli {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view value = variable(name);
    if (value.empty()) continue;
    return value.find("UTF-8") != std::string_view::npos ||
           value.find("utf8") != std::string_view::npos;
  }
  return false;
}

// Bytes of the control character that `text` begins with; 0 if it begins with something to show.
std::size_t control_length(std::string_view text) {
  const auto at = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned byte = at(0);
  if (byte < 0x20 || byte == 0x7f) return byte == '\n' || byte == '\t' ? 0 : 1;
  // U+0080 to U+009F: to a terminal, U+009B is the beginning of an escape sequence.
  if (byte == 0xc2 && at(1) <= 0x9f) return 2;
  // U+202A to U+202E, U+2066 to U+2069: they turn the order of what others wrote on the line.
  if (byte != 0xe2) return 0;
  const bool is_embedding = at(1) == 0x80 && at(2) >= 0xaa && at(2) <= 0xae;
  const bool is_isolate = at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9;
  return is_embedding || is_isolate ? 3 : 0;
}

}  // namespace

Style style_for(int descriptor) {
  Style style;
  style.is_terminal =
      ::isatty(descriptor) == 1 && variable("TERM") != "dumb" && !variable("TERM").empty();
  style.unicode = locale_is_utf8();
  if (!style.is_terminal) return style;
  style.clear_line = "\r\x1b[K";
  if (!variable("NO_COLOR").empty()) return style;
  style.bold = "\x1b[1m";
  style.dim = "\x1b[2m";
  style.red = "\x1b[31m";
  style.yellow = "\x1b[33m";
  style.green = "\x1b[32m";
  style.cyan = "\x1b[36m";
  style.reset = "\x1b[0m";
  return style;
}

Style plain_style() {
  Style style;
  style.unicode = locale_is_utf8();
  style.plain = true;
  return style;
}

void write_to(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string printable(std::string_view text) {
  // Bytes that are no UTF-8 could be control characters of an eight-bit terminal.
  const std::string repaired = is_valid_utf8(text) ? std::string() : repair_utf8(text);
  if (!repaired.empty()) text = repaired;
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = control_length(text);
    if (length == 0) clean += text.front();
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

}  // namespace tactus::cli
