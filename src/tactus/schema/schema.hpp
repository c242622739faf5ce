// Field schemas of the language (language.md 2.3) and JSON Schema: checking, defaults, coercion. Values. Uses: base.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tactus/base/json.hpp>
#include <vector>

namespace tactus::schema {

enum class Type : std::uint8_t { kString, kNumber, kInteger, kBoolean, kArray, kObject, kTable, kAny };
std::string_view type_name(Type type);

struct Field;

// Named fields in the order they were declared (by name when the order is not known).
struct Schema {
  std::vector<Field> fields;
  const Field* find(std::string_view name) const;
  bool empty() const { return fields.empty(); }
};

struct Field {
  std::string name;
  Type type = Type::kAny;
  bool required = false;
  std::optional<Json> default_value;
  std::string description;
  std::vector<Json> enum_values;
  std::shared_ptr<const Field> items;       // Elements of an array.
  std::shared_ptr<const Schema> properties; // Members of an object.
  std::optional<double> minimum, maximum;
  std::optional<std::size_t> min_length, max_length, min_items, max_items;
  std::string pattern;
  std::optional<JsonObject> json_schema;    // Set when the description was a plain JSON Schema; it then decides.
};

struct Violation {
  std::string path;     // "address.zip", "tags[2]"; 0-based indices as in JSON.
  std::string message;  // "expected string, got integer 5"
  friend bool operator==(const Violation&, const Violation&) = default;
};
std::string describe(const std::vector<Violation>& violations);

enum class Required : std::uint8_t { kByDefault, kOnlyIfSaid };

// Reads `{name = {type=…, …} or "type", …}`. `description` is what the Lua table became by the value bridge. Fails with kValidation naming the
// path (unknown type with the closest one, bad option value, default that violates its own field).
Result<Schema> parse_schema(const Json& description, Required required);

// JSON Schema of an object with these fields (`additionalProperties: false`).
JsonObject to_json_schema(const Schema& schema);

// Checks `value` (an object) and completes it: defaults filled in, integral floats made integers, null taken as absent, `{result = v}` unwrapped
// for scalars. Returns every violation with its path; the value is complete only when there is none. `unknown` gets the names of undeclared members,
// which are removed.
std::vector<Violation> validate(const Schema& schema, Json& value, std::vector<std::string>* unknown);

// The same against a plain JSON Schema, without changes (keywords: docs/language/schemas.md).
std::vector<Violation> validate_json_schema(const JsonObject& json_schema, const Json& value);

// Converts numeric strings and "true"/"false" where a number or boolean is declared (arguments of tool calls).
void coerce_arguments(const Schema& schema, Json& value);

// Text from a command line or form, by declared type (language.md 2.4). Fails with kInput naming the field.
Result<Json> coerce_text(const Field& field, std::string_view text);

}  // namespace tactus::schema
