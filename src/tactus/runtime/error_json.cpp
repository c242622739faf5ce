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
  return object;
}

Error to_error(const program::Finding& finding, const std::string& file) {
  Error error;
  error.code = finding.code;
  error.message = finding.message;
  error.hint = finding.hint;
  error.place = Place{file, finding.line, finding.column};
  return error;
}

}  // namespace tactus::runtime
