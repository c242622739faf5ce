#include <tactus/base/utf8.hpp>
#include <tactus/net/http_target.hpp>

namespace tactus::net {
namespace {

enum class Plus { kIsPlus, kIsSpace };

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      byte = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (byte == '+' && plus == Plus::kIsSpace) {
      byte = ' ';
    }
    if (byte == '\0') return std::nullopt;
    out += byte;
  }
  if (!is_valid_utf8(out)) return std::nullopt;
  return out;
}

// "http://host/path?x" -> "/path?x"; the origin form unchanged.
std::string_view without_authority(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t end = target.find_first_of("/?", scheme.size());
    return end == std::string_view::npos ? std::string_view("/") : target.substr(end);
  }
  return target;
}

bool decode_query(std::string_view text, std::vector<std::pair<std::string, std::string>>& query) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::string_view key = part.substr(0, part.find('='));
    const std::string_view rest = part.substr(key.size());
    auto name = decode(key, Plus::kIsSpace);
    auto value = decode(rest.empty() ? rest : rest.substr(1), Plus::kIsSpace);
    if (!name || !value) return false;
    query.emplace_back(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

std::optional<RequestTarget> parse_request_target(std::string_view target) {
  target = without_authority(target);
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  if (!path.starts_with('/') && !(path.empty() && mark == 0)) return std::nullopt;
  auto decoded = decode(path, Plus::kIsPlus);
  if (!decoded) return std::nullopt;
  RequestTarget parsed{decoded->empty() ? "/" : std::move(*decoded), {}};
  if (mark != std::string_view::npos && !decode_query(target.substr(mark + 1), parsed.query)) {
    return std::nullopt;
  }
  return parsed;
}

}  // namespace tactus::net
