#include <tactus/runtime/error_json.hpp>

namespace tactus::runtime {

JsonObject to_json(const Error& error) {
  JsonObject object;
  object["code"] = error_code_name(error.code);
  object["message"] = error.message;
  if (!error.hint.empty()) object["hint"] = error.hint;
  if (error.place && !error.place->file.empty()) object["file"] = error.place->file;
  if (error.place && error.place->line > 0) object["line"] = error.place->line;
  if (error.place && error.place->column > 0) object["column"] = error.place->column;
  if (!error.path.empty()) object["path"] = error.path;
  if (error.details.empty()) return object;
  const auto details = parse_json(error.details);
  if (!details || !details->is_object()) return object;
  for (const auto& member : details->get_object())
    object.insert(boost::json::key_value_pair(member.key(), member.value()));  // Ours win.
  return object;
}

Error error_from_json(const Json& json) {
  Error error;
  error.code = error_code_from_name(string_member(json, "code")).value_or(ErrorCode::kInternal);
  error.message = string_member(json, "message");
  error.hint = string_member(json, "hint");
  error.path = string_member(json, "path");
  Place place{std::string(string_member(json, "file")), static_cast<int>(int_member(json, "line")),
              static_cast<int>(int_member(json, "column"))};
  if (!place.file.empty() || place.line > 0) error.place = std::move(place);
  JsonObject details = json.is_object() ? json.get_object() : JsonObject();
  for (const char* own : {"code", "message", "hint", "path", "file", "line", "column"})
    details.erase(own);
  if (!details.empty()) error.details = dump_json(Json(std::move(details)));
  return error;
}

Error with_detail(Error error, std::string_view key, Json value) {
  JsonObject details;
  if (auto parsed = parse_json(error.details.empty() ? "{}" : error.details);
      parsed && parsed->is_object())
    details = std::move(parsed->get_object());
  details[key] = std::move(value);
  error.details = dump_json(Json(std::move(details)));
  return error;
}

Error to_error(const program::Finding& finding, const std::string& file) {
  Error error;
  error.code = finding.code;
  error.message = finding.message;
  error.hint = finding.hint;
  error.place = Place{finding.file.empty() ? file : finding.file, finding.line, finding.column};
  return error;
}

}  // namespace tactus::runtime
