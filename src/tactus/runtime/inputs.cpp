#include <tactus/base/text.hpp>
#include <tactus/runtime/inputs.hpp>

namespace tactus::runtime {
namespace {

constexpr std::string_view kInputHint = "see the `input` block for types and allowed values";

// "missing required input: w" for what is absent, the violations as they are for the rest.
Error input_error(const program::ProcedureDeclaration& procedure, const JsonObject& given,
                  const std::vector<schema::Violation>& violations) {
  std::vector<std::string> missing;
  for (const schema::Field& field : procedure.input.fields) {
    const Json* value = given.if_contains(field.name);
    if (field.required && !field.default_value && (!value || value->is_null()))
      missing.push_back(field.name);
  }
  Error error;
  error.code = ErrorCode::kInput;
  error.path = violations.front().path;
  if (!missing.empty() && missing.size() == violations.size()) {
    error.message = fmt::format("procedure '{}' missing required input: {}", procedure.shown_name(),
                                join(missing, ", "));
    error.hint = fmt::format("give it, e.g. --param {}=VALUE", missing.front());
  } else {
    error.message = fmt::format("procedure '{}' has a wrong input: {}", procedure.shown_name(),
                                schema::describe(violations));
    error.hint = kInputHint;
  }
  return error;
}

}  // namespace

Result<CheckedInputs> check_inputs(const program::ProcedureDeclaration& procedure,
                                   JsonObject given) {
  CheckedInputs checked;
  if (procedure.input.empty()) {
    checked.declared = std::move(given);
    return checked;
  }
  for (const auto& member : given) {
    if (!procedure.input.find(member.key())) checked.undeclared[member.key()] = member.value();
  }
  Json value(given);
  std::vector<std::string> unknown;
  const auto violations = schema::validate(procedure.input, value, &unknown);
  if (!violations.empty()) return fail(input_error(procedure, given, violations));
  checked.declared = std::move(value.as_object());
  return checked;
}

Result<JsonObject> coerce_inputs(const schema::Schema& schema, JsonObject given) {
  for (auto& member : given) {
    const schema::Field* field = schema.find(member.key());
    if (!field || !member.value().is_string()) continue;
    auto value = schema::coerce_text(*field, std::string_view(member.value().get_string()));
    if (!value) {
      Error error = value.error();
      if (error.hint.empty()) error.hint = kInputHint;
      return fail(std::move(error));
    }
    member.value() = std::move(*value);
  }
  return given;
}

}  // namespace tactus::runtime
