#include <charconv>
#include <cmath>
#include <cstdlib>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::schema {
namespace {

constexpr std::size_t kShownBytesMax = 60;

bool is_hex_numeral(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

// Wraps around as Lua does; nothing if a non-digit occurs.
std::optional<std::uint64_t> hex_integer(std::string_view digits) {
  std::uint64_t number = 0;
  for (char c : digits) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      number = number * 16 + static_cast<std::uint64_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      number = number * 16 + static_cast<std::uint64_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return number;
}

std::optional<double> finite_double(std::string_view text, std::chars_format format) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, format);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

// The letters of "inf" and "nan" are no numerals.
bool starts_like_a_numeral(std::string_view text) {
  if (text.empty()) return false;
  const char c = text.front();
  return (c >= '0' && c <= '9') || (c == '.' && text.size() > 1);
}

std::optional<Json> hex_numeral(std::string_view digits, bool negative) {
  if (const auto bits = hex_integer(digits)) {
    const std::uint64_t wrapped = negative ? 0 - *bits : *bits;
    return Json(static_cast<std::int64_t>(wrapped));
  }
  const auto number = finite_double(digits, std::chars_format::hex);
  if (!number) return std::nullopt;
  return Json(negative ? -*number : *number);
}

std::optional<Json> decimal_numeral(std::string_view digits, bool negative) {
  if (digits.find_first_not_of("0123456789") == std::string_view::npos) {
    std::string signed_digits = negative ? "-" : "";
    signed_digits += digits;
    std::int64_t number = 0;
    const char* last = signed_digits.data() + signed_digits.size();
    const auto [end, error] = std::from_chars(signed_digits.data(), last, number);
    if (error == std::errc() && end == last) return Json(number);
  }
  const auto number = finite_double(digits, std::chars_format::general);
  if (!number) return std::nullopt;
  return Json(negative ? -*number : *number);
}

bool same_members(const JsonObject& a, const JsonObject& b) {
  if (a.size() != b.size()) return false;
  for (const auto& member : a) {
    const Json* other = b.if_contains(member.key());
    if (!other || !same_value(member.value(), *other)) return false;
  }
  return true;
}

bool same_elements(const JsonArray& a, const JsonArray& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_value(a[i], b[i])) return false;
  }
  return true;
}

// The next token of a pointer, which is taken off it. In one pass: what an escape gives is not the
// beginning of another.
std::string take_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  std::string_view raw = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(raw.size());
  std::string bytes;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const auto byte =
        raw[i] == '%' && i + 2 < raw.size() ? hex_integer(raw.substr(i + 1, 2)) : std::nullopt;
    bytes += byte ? static_cast<char>(*byte) : raw[i];
    if (byte) i += 2;
  }
  std::string token;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char next = bytes[i] == '~' && i + 1 < bytes.size() ? bytes[i + 1] : '\0';
    token += next == '1' ? '/' : bytes[i];
    if (next == '0' || next == '1') ++i;
  }
  return token;
}

std::string shorten(std::string text) {
  if (text.size() <= kShownBytesMax) return text;
  text.resize(truncate_utf8(text, kShownBytesMax).size());
  return text + "…";
}

}  // namespace

std::string show(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return value.get_bool() ? "boolean true" : "boolean false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "integer " + dump_json(value);
    case boost::json::kind::double_:
      return fmt::format("number {}", value.get_double());
    case boost::json::kind::string:
      return "string " + shorten(dump_json(value));
    case boost::json::kind::array:
      return "array";
    case boost::json::kind::object:
      return "object";
  }
  return "value";
}

bool is_integer_kind(const Json& value) { return value.is_int64() || value.is_uint64(); }

double as_double(const Json& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return value.is_double() ? value.get_double() : 0;
}

std::optional<std::int64_t> integral(const Json& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= static_cast<std::uint64_t>(INT64_MAX)) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  if (!value.is_double()) return std::nullopt;
  const double number = value.get_double();
  // 2^63 itself is out of range; every smaller double with an integral value fits.
  if (!(number >= -0x1p63 && number < 0x1p63) || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

bool same_value(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const auto x = integral(a);
    const auto y = integral(b);
    return x && y ? *x == *y : as_double(a) == as_double(b);
  }
  if (a.is_object() && b.is_object()) return same_members(a.get_object(), b.get_object());
  if (a.is_array() && b.is_array()) return same_elements(a.get_array(), b.get_array());
  return a == b;
}

bool is_multiple(double number, double step) {
  // 0.3 / 0.1 is not quite 3: a quotient within rounding of a whole number counts.
  const double quotient = number / step;
  return step <= 0 || std::abs(quotient - std::round(quotient)) <= 1e-9 * std::abs(quotient);
}

const Json* find_by_pointer(const JsonObject& root, std::string_view pointer) {
  if (!pointer.starts_with('/')) return nullptr;
  const Json* found = root.if_contains(take_token(pointer));
  while (found && pointer.starts_with('/')) {
    const std::string token = take_token(pointer);
    if (const JsonArray* elements = found->if_array()) {
      std::size_t index = elements->size();
      std::from_chars(token.data(), token.data() + token.size(), index);
      found = index < elements->size() ? &(*elements)[index] : nullptr;
    } else {
      found = find_member(*found, token);
    }
  }
  return found;
}

std::optional<Json> parse_numeral(std::string_view text) {
  text = trim(text);
  const bool negative = !text.empty() && text.front() == '-';
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  if (!starts_like_a_numeral(text)) return std::nullopt;
  if (is_hex_numeral(text)) return hex_numeral(text.substr(2), negative);
  return decimal_numeral(text, negative);
}

std::string member_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string index_path(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace tactus::schema
