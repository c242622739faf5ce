#include <algorithm>
#include <array>

#include <tactus/schema/plain.hpp>

namespace tactus::schema {
namespace {

// Only JSON Schema has these, and they decide what is valid.
constexpr std::array<std::string_view, 17> kJsonSchemaOnly = {"anyOf",
                                                              "oneOf",
                                                              "allOf",
                                                              "not",
                                                              "const",
                                                              "$ref",
                                                              "$defs",
                                                              "definitions",
                                                              "multipleOf",
                                                              "uniqueItems",
                                                              "prefixItems",
                                                              "patternProperties",
                                                              "minProperties",
                                                              "maxProperties",
                                                              "exclusiveMinimum",
                                                              "exclusiveMaximum",
                                                              "additionalProperties"};

bool has_array(const JsonObject& object, std::string_view key) {
  const Json* member = object.if_contains(key);
  return member && member->is_array();
}

bool has_object(const JsonObject& object, std::string_view key) {
  const Json* member = object.if_contains(key);
  return member && member->is_object();
}

// The text of that keyword; empty if it is absent or something else.
std::string_view text_of(const JsonObject& plain, std::string_view keyword) {
  const Json* value = plain.if_contains(keyword);
  if (!value || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

Type type_of(const JsonObject& plain) {
  const std::string_view name = text_of(plain, "type");
  for (const Type type : {Type::kString, Type::kNumber, Type::kInteger, Type::kBoolean,
                          Type::kArray, Type::kObject}) {
    if (type_name(type) == name) return type;
  }
  return Type::kAny;
}

bool lists(const JsonObject& plain, std::string_view name) {
  const Json* required = plain.if_contains("required");
  const JsonArray* names = required ? required->if_array() : nullptr;
  return names && std::any_of(names->begin(), names->end(), [&](const Json& entry) {
           return entry.is_string() && std::string_view(entry.get_string()) == name;
         });
}

}  // namespace

bool is_plain_json_schema(const JsonObject& description) {
  const Json* type = description.if_contains("type");
  if (!type || !type->is_string()) return false;
  return has_object(description, "properties") || has_object(description, "items") ||
         has_array(description, "enum") || has_array(description, "anyOf");
}

bool is_plain_json_schema_field(const JsonObject& options) {
  if (has_array(options, "required") || has_array(options, "type")) return true;
  return std::any_of(options.begin(), options.end(), [](const auto& option) {
    const std::string_view key = option.key();
    return std::find(kJsonSchemaOnly.begin(), kJsonSchemaOnly.end(), key) != kJsonSchemaOnly.end();
  });
}

Field field_from_json_schema(const JsonObject& options, bool required_by_default) {
  Field field;
  field.required = required_by_default;
  JsonObject plain = options;
  if (const Json* required = options.if_contains("required"); required && required->is_bool()) {
    field.required = required->get_bool();
    plain.erase("required");
  }
  field.type = type_of(plain);
  field.description = text_of(plain, "description");
  if (const Json* choices = plain.if_contains("enum"); choices && choices->is_array()) {
    field.enum_values.assign(choices->get_array().begin(), choices->get_array().end());
  }
  if (const Json* value = plain.if_contains("default"); value && !value->is_null()) {
    field.default_value = *value;
    field.required = false;
  }
  field.json_schema = std::move(plain);
  return field;
}

Schema schema_from_json_schema(const JsonObject& plain) {
  Schema schema;
  schema.json_schema = plain;
  const Json* properties = plain.if_contains("properties");
  if (!properties || !properties->is_object()) return schema;
  for (const auto& property : properties->get_object()) {
    const JsonObject* described = property.value().if_object();
    Field field = field_from_json_schema(described ? *described : JsonObject(), false);
    field.name = property.key();
    field.required = lists(plain, field.name) && !field.default_value;
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

}  // namespace tactus::schema
