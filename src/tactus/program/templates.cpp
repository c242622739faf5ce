#include <algorithm>
#include <charconv>

#include <tactus/program/templates.hpp>

namespace tactus::program {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Length of the name at the start of `text`; 0 = none.
std::size_t name_length(std::string_view text) {
  if (text.empty() || !is_name_start(text.front())) return 0;
  std::size_t length = 1;
  while (length < text.size() &&
         (is_name_start(text[length]) || is_digit(text[length]) || text[length] == '-')) {
    ++length;
  }
  return length;
}

// Length of `[12]` at the start of `text`; 0 = none.
std::size_t index_length(std::string_view text) {
  if (text.empty() || text.front() != '[') return 0;
  std::size_t length = 1;
  while (length < text.size() && is_digit(text[length])) ++length;
  const bool closed = length > 1 && length < text.size() && text[length] == ']';
  return closed ? length + 1 : 0;
}

// Length of the path at the start of `text`; 0 = none.
std::size_t path_length(std::string_view text) {
  std::size_t length = name_length(text);
  if (length == 0) return 0;
  for (;;) {
    const std::string_view rest = text.substr(length);
    if (const std::size_t index = index_length(rest)) {
      length += index;
    } else if (rest.starts_with('.') && name_length(rest.substr(1)) > 0) {
      length += 1 + name_length(rest.substr(1));
    } else {
      return length;
    }
  }
}

// Calls `literal` with the stretches between markers and `marker` with their paths.
template <typename Literal, typename Marker>
void scan(std::string_view text, const Literal& literal, const Marker& marker) {
  std::size_t from = 0, at = 0;
  while ((at = text.find('{', at)) != std::string_view::npos) {
    const bool doubled = text.substr(at).starts_with("{{");
    const std::size_t begin = at + (doubled ? 2 : 1);
    const std::size_t length = path_length(text.substr(begin));
    const std::string_view close = doubled ? "}}" : "}";
    if (length == 0 || !text.substr(begin + length).starts_with(close)) {
      ++at;
      continue;
    }
    literal(text.substr(from, at - from));
    if (doubled) {
      literal(text.substr(at + 1, length + 2));
    } else {
      marker(text.substr(begin, length));
    }
    at = from = begin + length + close.size();
  }
  literal(text.substr(from));
}

std::string as_text(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string(value.get_string());
  return dump_json(value);
}

}  // namespace

std::string render(std::string_view text, const TemplateLookup& lookup,
                   const std::function<void(std::string_view)>& unresolved) {
  std::string out;
  out.reserve(text.size());
  scan(
      text, [&](std::string_view literal) { out += literal; },
      [&](std::string_view path) {
        if (const std::optional<Json> value = lookup(path)) {
          out += as_text(*value);
          return;
        }
        out += '{';
        out += path;
        out += '}';
        if (unresolved) unresolved(path);
      });
  return out;
}

std::vector<std::string> template_markers(std::string_view text) {
  std::vector<std::string> paths;
  scan(
      text, [](std::string_view) {},
      [&](std::string_view path) {
        if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.emplace_back(path);
      });
  return paths;
}

std::optional<Json> value_at_path(const Json& root, std::string_view path) {
  const Json* value = &root;
  while (!path.empty()) {
    if (path.front() == '.') path.remove_prefix(1);
    if (const std::size_t length = index_length(path)) {
      std::size_t position = 0;
      std::from_chars(path.data() + 1, path.data() + length - 1, position);
      const JsonArray* list = value->if_array();
      if (!list || position == 0 || position > list->size()) return std::nullopt;
      value = &(*list)[position - 1];
      path.remove_prefix(length);
      continue;
    }
    const std::size_t length = name_length(path);
    if (length == 0) return std::nullopt;
    value = find_member(*value, path.substr(0, length));
    if (!value) return std::nullopt;
    path.remove_prefix(length);
  }
  return *value;
}

}  // namespace tactus::program
