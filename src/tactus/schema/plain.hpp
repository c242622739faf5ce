// Plain JSON Schemas where field descriptions are expected. Private to the module.
#pragma once

#include <tactus/schema/schema.hpp>

namespace tactus::schema {

// A string `type` beside `properties`, `items`, `enum` or `anyOf` of the right kind. The kinds keep
// a schema with a field that happens to be called "type" what it is.
bool is_plain_json_schema(const JsonObject& description);

// Whether a field's options use what only JSON Schema has.
bool is_plain_json_schema_field(const JsonObject& options);

// The schema as it stands, with its top-level properties as fields.
Schema schema_from_json_schema(const JsonObject& plain);

// A field that the JSON Schema decides. A boolean `required` is taken out of it: it is ours.
Field field_from_json_schema(const JsonObject& options, bool required_by_default);

}  // namespace tactus::schema
