// Checking and completing one value against one field. Private to the module.
#pragma once

#include <string>
#include <vector>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {

// As `validate`, for the value of one field found at `path`.
std::vector<Violation> complete_field(const Field& field, Json& value, const std::string& path);

// As `validate_json_schema`, with every path below `path` and references looked up in `root`.
void check_json_schema(const Json& schema, const Json& value, const std::string& path,
                       const JsonObject& root, std::vector<Violation>& violations);

}  // namespace tactus::schema
