#include <tactus/net/sse_decoder.hpp>

namespace tactus::net {
namespace {

// Two memchr passes: several times faster on a token's JSON than find_first_of.
bool has_line_break(std::string_view text) {
  return text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos;
}

void append_data_line(std::string& out, std::string_view line) {
  out += "data: ";
  out += line;
  out += '\n';
}

}  // namespace

void append_sse_event(std::string& out, std::string_view id, std::string_view data) {
  TACTUS_ASSERT(!has_line_break(id));
  if (!id.empty()) {
    out += "id: ";
    out += id;
    out += '\n';
  }
  if (!has_line_break(data)) {
    append_data_line(out, data);
  } else {
    for (;;) {
      const std::size_t end = data.find_first_of("\r\n");
      append_data_line(out, data.substr(0, end));
      if (end == std::string_view::npos) break;
      data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
  }
  out += '\n';
}

}  // namespace tactus::net
