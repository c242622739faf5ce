#include <tactus/base/text.hpp>
#include <tactus/server/context.hpp>

namespace tactus::server {
namespace {

struct Mapping {
  ErrorCode code;
  int status;
  const char* word;  // Null: the code of the language.
};

constexpr Mapping kMappings[] = {
    {ErrorCode::kSandboxDenied, 403, "outside_workspace"},
    {ErrorCode::kFile, 404, "not_found"},
    {ErrorCode::kRunNotFound, 404, nullptr},
    {ErrorCode::kRunBusy, 409, "conflict"},
    {ErrorCode::kSourceChanged, 409, nullptr},
    {ErrorCode::kHitlAnswered, 409, nullptr},
    {ErrorCode::kStorage, 500, nullptr},
    {ErrorCode::kInternal, 500, "internal"},
};

// A file's problem that has a word of its own. The path stands at the beginning of the message, so
// that only the message's end tells one problem from another.
void name_file_problem(ApiError& api, std::string_view message) {
  if (message.ends_with(runtime::kNotText)) {
    api.status = 422;
    api.code = "not_text";
  } else if (message.ends_with(runtime::kTooLarge)) {
    api.status = 413;
    api.code = "too_large";
  }
}

}  // namespace

ApiError api_error(int status, std::string code, std::string message, std::string hint) {
  ApiError error;
  error.status = status;
  error.code = std::move(code);
  error.message = std::move(message);
  error.hint = std::move(hint);
  return error;
}

ApiError api_error(const Error& error) {
  ApiError api =
      api_error(422, std::string(error_code_name(error.code)), error.message, error.hint);
  for (const Mapping& mapping : kMappings) {
    if (mapping.code != error.code) continue;
    api.status = mapping.status;
    if (mapping.word) api.code = mapping.word;
  }
  if (error.code == ErrorCode::kFile) name_file_problem(api, error.message);
  if (!error.details.empty()) {
    if (auto details = parse_json(error.details); details && details->is_object())
      api.extra = std::move(details->as_object());
  }
  if (error.place) {
    api.line = error.place->line;
    api.column = error.place->column;
  }
  return api;
}

net::ServerResponse json_response(int status, const Json& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          dump_json(body)};
}

JsonObject error_json(const ApiError& error) {
  JsonObject object = error.extra;
  object["code"] = error.code;
  object["message"] = error.message;
  if (!error.hint.empty()) object["hint"] = error.hint;
  if (error.line > 0) object["line"] = error.line;
  if (error.column > 0) object["column"] = error.column;
  return object;
}

net::ServerResponse error_response(const ApiError& error) {
  return json_response(error.status, JsonObject{{"error", error_json(error)}});
}

tl::expected<JsonObject, ApiError> json_body(const net::ServerRequest& request) {
  const std::string type = to_lower(trim(request.header("content-type").value_or("")));
  if (type.substr(0, type.find(';')) != "application/json") {
    return tl::unexpected(api_error(415, "unsupported_media_type", "the body must be JSON",
                                    "send Content-Type: application/json"));
  }
  auto body = parse_json(request.body);
  if (!body) return tl::unexpected(api_error(400, "bad_request", body.error().message));
  if (!body->is_object())
    return tl::unexpected(api_error(400, "bad_request", "the body must be a JSON object"));
  return std::move(body->as_object());
}

tl::expected<std::string, ApiError> required_query(const net::ServerRequest& request,
                                                   std::string_view name) {
  auto value = request.query_value(name);
  if (value && !value->empty()) return *value;
  return tl::unexpected(
      api_error(400, "bad_request", fmt::format("the query parameter '{}' is missing", name)));
}

tl::expected<std::string, ApiError> required_text(const JsonObject& body, std::string_view name) {
  const Json* value = body.if_contains(name);
  if (value && value->is_string()) return std::string(value->get_string());
  return tl::unexpected(
      api_error(400, "bad_request", fmt::format("'{}' must be given as text", name)));
}

}  // namespace tactus::server
