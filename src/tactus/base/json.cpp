#include <charconv>
#include <cmath>

#include <tactus/base/json.hpp>

namespace tactus {
namespace {

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {  // JSON has no word for it.
    out += "null";
    return;
  }
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, number);
  const std::string_view text(digits, static_cast<std::size_t>(written.ptr - digits));
  out += text;
  // "5" would come back as an integer.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, JsonForm form) : out_(out), pretty_(form == JsonForm::kPretty) {}

  void write(const Json& value) {
    if (value.is_double()) {
      append_double(out_, value.get_double());
    } else if (value.is_string()) {
      append_json_string(out_, {value.get_string().data(), value.get_string().size()});
    } else if (value.is_array()) {
      write_list('[', ']', value.get_array(), [&](const Json& element) { write(element); });
    } else if (value.is_object()) {
      write_list('{', '}', value.get_object(), [&](const auto& member) {
        append_json_string(out_, {member.key().data(), member.key().size()});
        out_ += pretty_ ? ": " : ":";
        write(member.value());
      });
    } else {
      out_ += boost::json::serialize(value);  // null, a flag or an integer.
    }
  }

 private:
  template <typename List, typename WriteItem>
  void write_list(char open, char close, const List& list, const WriteItem& write_item) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : list) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      write_item(item);
    }
    --depth_;
    if (!list.empty()) new_line();
    out_ += close;
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_ * 2, ' ');
  }

  std::string& out_;
  bool pretty_;
  std::size_t depth_ = 0;
};

}  // namespace

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

std::string dump_json(const Json& value, JsonForm form) {
  std::string out;
  JsonWriter(out, form).write(value);
  return out;
}

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
