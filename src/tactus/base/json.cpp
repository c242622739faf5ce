#include <tactus/base/json.hpp>

namespace tactus {

Result<Json> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 200;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code error;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error && used < text.size()) error = boost::json::error::extra_data;
  if (!error) parser.finish(error);
  if (error) {
    return fail(ErrorCode::kJson,
                fmt::format("invalid JSON at byte {}: {}", used, error.message()));
  }
  return parser.release();
}

std::string dump_json(const Json& value) { return boost::json::serialize(value); }

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
  }
  out.append(text, plain_from, text.size() - plain_from);
  out += '"';
}

const Json* find_member(const Json& value, std::string_view key) {
  const JsonObject* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string_view string_member(const Json& value, std::string_view key, std::string_view fallback) {
  const Json* member = find_member(value, key);
  if (!member || !member->is_string()) return fallback;
  const boost::json::string& text = member->get_string();
  return {text.data(), text.size()};
}

std::int64_t int_member(const Json& value, std::string_view key, std::int64_t fallback) {
  const Json* member = find_member(value, key);
  if (!member || !member->is_number()) return fallback;
  boost::system::error_code error;
  const auto number = member->to_number<std::int64_t>(error);
  return error ? fallback : number;
}

double double_member(const Json& value, std::string_view key, double fallback) {
  const Json* member = find_member(value, key);
  if (!member || !member->is_number()) return fallback;
  boost::system::error_code error;
  const auto number = member->to_number<double>(error);
  return error ? fallback : number;
}

bool bool_member(const Json& value, std::string_view key, bool fallback) {
  const Json* member = find_member(value, key);
  return member && member->is_bool() ? member->get_bool() : fallback;
}

}  // namespace tactus
