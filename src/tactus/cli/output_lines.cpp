#include <algorithm>
#include <utility>

#include <tactus/cli/output_lines.hpp>

namespace tactus::cli {
namespace {

std::string indent_of(std::string_view path) {
  return std::string(static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) * 2, ' ');
}

std::string last_token(std::string_view path) {
  std::string token;
  for (std::size_t i = path.rfind('/') + 1; i < path.size(); ++i) {
    const bool escaped = path[i] == '~' && i + 1 < path.size();
    token += !escaped ? path[i] : path[++i] == '1' ? '/' : '~';
  }
  return token;
}

}  // namespace

bool OutputLines::begins_line(const Json& event) const {
  const std::string_view op = string_member(event, "op");
  if (op == "append") return !open_;
  return op == "set" || find_member(event, "value") || !bool_member(event, "valid", true);
}

std::string OutputLines::show(const Json& event) {
  const std::string_view op = string_member(event, "op");
  const std::string_view path = string_member(event, "path");
  const Json* value = find_member(event, "value");
  const bool invalid = !bool_member(event, "valid", true);
  const bool starts = begins_line(event);
  const bool was_open = std::exchange(open_, false);
  std::string out;
  if (path.empty() && op == "set" && value) lists_.clear();
  if (value && value->is_array()) lists_.insert(std::string(path));
  if (op == "append") {
    if (!was_open) out += label(path);
    out += text(string_member(event, "value"), path);
    open_ = true;
  } else if (value && !path.empty()) {
    const std::string shown = value->is_string() ? text(value->get_string(), path)
                              : value->is_object() || value->is_array() ? ""
                                                                        : dump_json(*value);
    out += label(path) + shown;
    open_ = op == "set" && value->is_string();
    if (!open_) out += "\n";
  } else if (op == "complete" && was_open && !starts) {
    out += "\n";
  }
  if (invalid) {
    out += open_ ? "\n" : "";
    out += fmt::format("{}{}{} is not valid{}\n", indent_of(path), style_.red,
                       path.empty() ? "it" : printable(last_token(path)), style_.reset);
    open_ = false;
  }
  shown_ = shown_ || !out.empty();
  return out;
}

bool OutputLines::take_shown() { return std::exchange(shown_, false); }

std::string OutputLines::label(std::string_view path) const {
  const std::string_view around = path.substr(0, path.rfind('/'));
  const std::string name = lists_.contains(around) ? "-" : printable(last_token(path)) + ":";
  return fmt::format("{}{}{}{} ", indent_of(path), style_.dim, name, style_.reset);
}

// Further lines of a text stand under its first.
std::string OutputLines::text(std::string_view piece, std::string_view path) const {
  std::string out;
  for (const char c : printable(piece)) {
    out += c;
    if (c == '\n') out += indent_of(path) + "  ";
  }
  return out;
}

}  // namespace tactus::cli
