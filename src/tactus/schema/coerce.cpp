// Text made typed values: arguments that a model wrote as strings, and parameters from outside.
#include <tactus/base/text.hpp>
#include <tactus/schema/plain.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::schema {
namespace {

std::string_view text_of(const Json& value) {
  return {value.get_string().data(), value.get_string().size()};
}

void coerce_scalar(Type type, Json& value) {
  if (!value.is_string()) return;
  if (type == Type::kNumber || type == Type::kInteger) {
    if (auto number = parse_numeral(text_of(value))) value = *std::move(number);
  } else if (type == Type::kBoolean) {
    const std::string word = to_lower(trim(text_of(value)));
    if (word == "true" || word == "false") value = word == "true";
  }
}

void coerce_plain(const Json& schema, Json& value) {
  const JsonObject* plain = schema.if_object();
  if (!plain) return;
  coerce_scalar(field_from_json_schema(*plain, false).type, value);
  const Json* properties = plain->if_contains("properties");
  if (properties && properties->is_object() && value.is_object()) {
    for (const auto& property : properties->get_object()) {
      Json* member = value.get_object().if_contains(property.key());
      if (member) coerce_plain(property.value(), *member);
    }
  }
  const Json* items = plain->if_contains("items");
  if (!items || !value.is_array()) return;
  for (Json& element : value.get_array()) coerce_plain(*items, element);
}

void coerce_field(const Field& field, Json& value) {
  if (field.json_schema) return coerce_plain(*field.json_schema, value);
  coerce_scalar(field.type, value);
  if (field.properties) coerce_arguments(*field.properties, value);
  if (!field.items || !value.is_array()) return;
  for (Json& element : value.get_array()) coerce_field(*field.items, element);
}

tl::unexpected<Error> bad(const Field& field, std::string_view text, std::string_view expected) {
  Error error;
  error.code = ErrorCode::kInput;
  error.message = fmt::format("'{}' must be {}, got {}", field.name, expected,
                              show(Json(boost::json::string(text))));
  error.path = field.name;
  return fail(std::move(error));
}

Result<Json> coerce_number(const Field& field, std::string_view text) {
  const auto number = parse_numeral(text);
  if (!number) return bad(field, text, "a number");
  if (field.type == Type::kNumber) return *number;
  const auto whole = integral(*number);
  if (!whole) return bad(field, text, "a whole number");
  return Json(*whole);
}

Result<Json> coerce_boolean(const Field& field, std::string_view text) {
  const std::string word = to_lower(trim(text));
  if (word == "true" || word == "yes" || word == "1") return Json(true);
  if (word == "false" || word == "no" || word == "0") return Json(false);
  return bad(field, text, "true or false (or yes, no, 1, 0)");
}

bool is_of_kind(Type type, const Json& value) {
  if (type == Type::kArray) return value.is_array();
  if (type == Type::kObject) return value.is_object();
  if (type == Type::kTable) return value.is_array() || value.is_object();
  return true;
}

// A choice or alternative that is a string need not be written with quotes.
bool accepts_as_text(const Field& field, std::string_view text) {
  const Json value = boost::json::string(text);
  if (field.json_schema) return validate_json_schema(*field.json_schema, value).empty();
  for (const Json& choice : field.enum_values) {
    if (choice == value) return true;
  }
  return false;
}

Result<Json> coerce_json(const Field& field, std::string_view text) {
  auto value = parse_json(text);
  const bool fits = value && is_of_kind(field.type, *value);
  const bool plain = field.json_schema.has_value() && field.type == Type::kAny;
  if (fits && !(plain && !validate_json_schema(*field.json_schema, *value).empty())) return value;
  if (field.type == Type::kAny && accepts_as_text(field, text)) {
    return Json(boost::json::string(text));
  }
  if (fits) return value;
  const bool any = field.type == Type::kAny;
  auto failure = bad(field, text, any ? "JSON" : fmt::format("a JSON {}", type_name(field.type)));
  if (any) failure.value().hint = "Put quotes around text: \"…\".";
  if (!any && !value) failure.value().hint = value.error().message;
  return failure;
}

}  // namespace

void coerce_arguments(const Schema& schema, Json& value) {
  if (schema.json_schema) return coerce_plain(*schema.json_schema, value);
  if (!value.is_object()) return;
  for (const Field& field : schema.fields) {
    if (Json* member = value.get_object().if_contains(field.name)) coerce_field(field, *member);
  }
}

Result<Json> coerce_text(const Field& field, std::string_view text) {
  switch (field.type) {
    case Type::kString:
      return Json(boost::json::string(text));
    case Type::kNumber:
    case Type::kInteger:
      return coerce_number(field, text);
    case Type::kBoolean:
      return coerce_boolean(field, text);
    default:
      return coerce_json(field, text);
  }
}

}  // namespace tactus::schema
