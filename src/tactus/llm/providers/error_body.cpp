#include <charconv>

#include <tactus/llm/providers/error_body.hpp>

namespace tactus::llm {
namespace {

std::string text_of(const Json* value) {
  if (!value || value->is_null()) return "";
  if (value->is_string()) return std::string(value->get_string());
  return dump_json(*value);
}

std::string first_text(const Json& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    std::string text = text_of(find_member(object, key));
    if (!text.empty()) return text;
  }
  return "";
}

// FastAPI's `detail`: a sentence, or a list of `{loc, msg}`.
std::string detail_text(const Json& detail) {
  if (!detail.is_array()) {
    const std::string message = first_text(detail, {"message", "msg"});
    return message.empty() ? text_of(&detail) : message;
  }
  std::string text;
  for (const Json& entry : detail.get_array()) {
    const std::string message = first_text(entry, {"msg", "message"});
    if (!text.empty()) text += "; ";
    text += message.empty() ? text_of(&entry) : message;
  }
  return text;
}

// Gemini's `details: [{"@type": …RetryInfo, retryDelay: "34s"}]`.
std::optional<std::chrono::milliseconds> retry_delay_of(const Json& error) {
  const Json* details = find_member(error, "details");
  if (!details || !details->is_array()) return std::nullopt;
  for (const Json& detail : details->get_array()) {
    const std::string_view delay = string_member(detail, "retryDelay");
    double seconds = 0;
    const auto [end, failure] = std::from_chars(delay.data(), delay.data() + delay.size(), seconds);
    if (failure == std::errc() && end != delay.data() + delay.size() && *end == 's' &&
        seconds >= 0 && seconds < 1e6) {
      return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
  }
  return std::nullopt;
}

ErrorBody from_error_object(const Json& error) {
  ErrorBody body;
  body.type = first_text(error, {"type", "status"});
  body.code = text_of(find_member(error, "code"));
  // Anthropic's own, where there is one.
  if (const Json* details = find_member(error, "details"); details && body.code.empty())
    body.code = string_member(*details, "error_code");
  body.message = first_text(error, {"message", "msg"});
  body.retry_delay = retry_delay_of(error);
  // OpenRouter keeps the upstream's own words here; its message alone says nothing.
  if (const Json* metadata = find_member(error, "metadata")) {
    const std::string raw = first_text(*metadata, {"raw"});
    if (!raw.empty() && raw.size() < 2000) body.message += " (" + raw + ")";
  }
  if (body.message.empty() && body.type.empty() && body.code.empty())
    body.message = text_of(&error);
  return body;
}

bool says_something(const Json& error) {
  if (error.is_object()) return !error.get_object().empty();
  return error.is_string() && !error.get_string().empty();
}

}  // namespace

std::optional<ErrorBody> read_error_body(const Json& body) {
  if (body.is_array() && body.get_array().size() == 1) return read_error_body(body.get_array()[0]);
  if (!body.is_object()) return std::nullopt;
  const Json* error = find_member(body, "error");
  if (error && says_something(*error)) {
    if (error->is_object()) return from_error_object(*error);
    return ErrorBody{"", text_of(find_member(body, "code")), text_of(error), {}};
  }
  if (find_member(body, "choices")) return std::nullopt;
  const Json* message = find_member(body, "message");
  const bool names_itself = find_member(body, "code") || find_member(body, "type") ||
                            string_member(body, "object") == "error" ||
                            body.get_object().size() == 1;
  if (message && message->is_string() && names_itself) return from_error_object(body);
  if (const Json* detail = find_member(body, "detail")) {
    return ErrorBody{
        first_text(body, {"type"}), text_of(find_member(body, "code")), detail_text(*detail), {}};
  }
  return std::nullopt;
}

}  // namespace tactus::llm
