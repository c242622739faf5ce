#include <cerrno>
#include <cstdlib>

#include <unistd.h>

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

void write_to(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F, in UTF-8: to a terminal, U+009B is the beginning of an escape sequence.
    const bool is_c1 = byte == 0xc2 && i + 1 < text.size() &&
                       static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                       static_cast<unsigned char>(text[i + 1]) <= 0x9f;
    if (is_c1) {
      ++i;
    } else if (byte >= 0x20 ? byte != 0x7f : (byte == '\n' || byte == '\t')) {
      clean += text[i];
    }
  }
  return clean;
}

}  // namespace tactus::cli
