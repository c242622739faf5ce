#include <cmath>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {
namespace {

JsonObject field_schema(const Field& field);

void set_type(const Field& field, JsonObject& out) {
  if (field.type == Type::kAny) return;
  if (field.type == Type::kTable) {
    out["type"] = JsonArray({"object", "array"});
  } else {
    out["type"] = type_name(field.type);
  }
}

template <typename T>
void set_if(JsonObject& out, std::string_view key, const std::optional<T>& value) {
  if (value) out[key] = *value;
}

// A bound written as `1` in the program reads as `1`, not `1.0`.
void set_bound(JsonObject& out, std::string_view key, const std::optional<double>& bound) {
  if (!bound) return;
  const auto whole = static_cast<std::int64_t>(std::abs(*bound) < 0x1p53 ? *bound : 0.5);
  if (static_cast<double>(whole) == *bound) {
    out[key] = whole;
  } else {
    out[key] = *bound;
  }
}

void set_limits(const Field& field, JsonObject& out) {
  set_bound(out, "minimum", field.minimum);
  set_bound(out, "maximum", field.maximum);
  set_if(out, "minLength", field.min_length);
  set_if(out, "maxLength", field.max_length);
  set_if(out, "minItems", field.min_items);
  set_if(out, "maxItems", field.max_items);
  if (!field.pattern.empty()) out["pattern"] = field.pattern;
}

JsonObject field_schema(const Field& field) {
  if (field.json_schema) return *field.json_schema;
  JsonObject out;
  set_type(field, out);
  if (field.properties) {
    out = to_json_schema(*field.properties);
  }
  if (!field.description.empty()) out["description"] = field.description;
  if (!field.enum_values.empty()) {
    out["enum"] = JsonArray(field.enum_values.begin(), field.enum_values.end());
  }
  // Some providers refuse an array that does not say what it holds.
  if (field.type == Type::kArray) out["items"] = JsonObject();
  if (field.items) out["items"] = field_schema(*field.items);
  set_limits(field, out);
  set_if(out, "default", field.default_value);
  return out;
}

}  // namespace

JsonObject to_json_schema(const Schema& schema) {
  if (schema.json_schema) return *schema.json_schema;
  JsonObject properties;
  JsonArray required;
  for (const Field& field : schema.fields) {
    properties[field.name] = field_schema(field);
    if (field.required) required.emplace_back(field.name);
  }
  JsonObject out;
  out["type"] = "object";
  out["properties"] = std::move(properties);
  if (!required.empty()) out["required"] = std::move(required);
  out["additionalProperties"] = false;
  return out;
}

}  // namespace tactus::schema
