// Field schemas of the language (language.md 2.3) and JSON Schema: checking, defaults, coercion.
// Values; pure functions, safe on any thread. Uses: base.
//
// A field description is a type name or a table with `type` and options. Types and synonyms: string
// (str), number (float), integer (int), boolean (bool), array (list), object (dict), table, any.
// Options: required, default, description, enum, items, properties, minimum, maximum, min_length,
// max_length, min_items, max_items, pattern; the camel-case spellings of JSON Schema are taken too.
//
// A schema that has a string `type` beside `properties`, `items`, `enum` or `anyOf` is a plain JSON
// Schema. So is a field that uses what only JSON Schema has: a list in `required` or `type`, or a
// keyword of the list below that is not an option of ours.
//
// JSON Schema keywords that are checked: type (one or a list), enum, const, properties, required,
// additionalProperties, patternProperties, minProperties, maxProperties, items (a schema or a
// boolean), prefixItems, minItems, maxItems, uniqueItems, minLength, maxLength (in characters),
// pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, anyOf, oneOf, allOf,
// not, and $ref into the same document ("#/$defs/x"). Others are annotations and never fail.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::schema {

enum class Type : std::uint8_t {
  kString,
  kNumber,
  kInteger,
  kBoolean,
  kArray,
  kObject,
  kTable,
  kAny
};
std::string_view type_name(Type type);

struct Field;

// Named fields in the order they were declared (by name when the order is not known).
struct Schema {
  std::vector<Field> fields;
  // Set when the whole description was a plain JSON Schema; it then decides, and `fields` lists its
  // top-level properties for forms and coercion.
  std::optional<JsonObject> json_schema;

  const Field* find(std::string_view name) const;
  bool empty() const { return fields.empty() && !json_schema; }
};

struct Field {
  std::string name;
  Type type = Type::kAny;
  bool required = false;
  std::optional<Json> default_value;
  std::string description;
  std::vector<Json> enum_values;
  std::shared_ptr<const Field> items;        // Elements of an array.
  std::shared_ptr<const Schema> properties;  // Members of an object.
  std::optional<double> minimum, maximum;
  std::optional<std::size_t> min_length, max_length;  // Characters.
  std::optional<std::size_t> min_items, max_items;
  std::string pattern;  // Matches anywhere in the text unless anchored; empty = none.
  std::optional<JsonObject> json_schema;  // Set when this was a plain JSON Schema; it then decides.
};

struct Violation {
  std::string path;     // "address.zip", "tags[2]"; 0-based indices as in JSON.
  std::string message;  // "expected string, got integer 5"
  friend bool operator==(const Violation&, const Violation&) = default;
};

// "address.zip: expected string, got integer 5; name: is required".
std::string describe(const std::vector<Violation>& violations);

// Whether a field that does not say so is required. Applies to the top level only: members of
// nested objects are required only if they say so.
enum class Required : std::uint8_t { kByDefault, kOnlyIfSaid };

// Reads `{name = {type=…, …} or "type", …}`. `description` is what the Lua table became by the
// value bridge. Fails with kValidation naming the path (unknown type with the closest one, bad
// option value, default that violates its own field). With `warnings`, a bad default and unknown
// option names become sentences there instead; without, unknown option names are ignored.
Result<Schema> parse_schema(const Json& description, Required required,
                            std::vector<std::string>* warnings = nullptr);

// JSON Schema of an object with these fields (`additionalProperties: false`).
JsonObject to_json_schema(const Schema& schema);

// Checks `value` (an object) and completes it: defaults filled in, integral floats made integers,
// null taken as absent, an empty table made what is declared, `{result = v}` unwrapped for scalars.
// Returns every violation with its path; the value is complete only when there is none. `unknown`
// (may be null) gets the paths of undeclared members, which are removed.
std::vector<Violation> validate(const Schema& schema, Json& value,
                                std::vector<std::string>* unknown);

// The same against a plain JSON Schema, without changes.
std::vector<Violation> validate_json_schema(const JsonObject& json_schema, const Json& value);

// Converts numeric strings and "true"/"false" where a number or boolean is declared (arguments of
// tool calls). What does not convert is left for `validate` to report.
void coerce_arguments(const Schema& schema, Json& value);

// Text from a command line or form, by declared type (language.md 2.4). Fails with kInput naming
// the field.
Result<Json> coerce_text(const Field& field, std::string_view text);

}  // namespace tactus::schema
