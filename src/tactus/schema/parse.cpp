// Reads field descriptions. Each option is a row of `kOptions`; what is neither an option nor a
// JSON Schema keyword is a misspelling.
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/schema/field_check.hpp>
#include <tactus/schema/plain.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::schema {
namespace {

constexpr std::array<std::string_view, 18> kOptions = {
    "type",       "required", "default",   "description", "enum",       "items",
    "properties", "minimum",  "maximum",   "min_length",  "max_length", "min_items",
    "max_items",  "pattern",  "minLength", "maxLength",   "minItems",   "maxItems"};

// Annotations, without effect on what is valid.
constexpr std::array<std::string_view, 10> kAnnotations = {
    "title",    "examples",  "example",  "format", "deprecated",
    "readOnly", "writeOnly", "$comment", "$id",    "$schema"};

template <typename Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

struct Synonym {
  std::string_view name;
  Type type;
};
constexpr std::array<Synonym, 14> kTypes = {{{"string", Type::kString},
                                             {"str", Type::kString},
                                             {"number", Type::kNumber},
                                             {"float", Type::kNumber},
                                             {"integer", Type::kInteger},
                                             {"int", Type::kInteger},
                                             {"boolean", Type::kBoolean},
                                             {"bool", Type::kBoolean},
                                             {"array", Type::kArray},
                                             {"list", Type::kArray},
                                             {"object", Type::kObject},
                                             {"dict", Type::kObject},
                                             {"table", Type::kTable},
                                             {"any", Type::kAny}}};

std::optional<Type> type_from_name(std::string_view name) {
  for (const Synonym& synonym : kTypes) {
    if (synonym.name == name) return synonym.type;
  }
  return std::nullopt;
}

tl::unexpected<Error> bad(const std::string& path, const std::string& what) {
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = path.empty() ? what : "field '" + path + "': " + what;
  error.path = path;
  return fail(std::move(error));
}

std::string suggestion(std::string_view word, std::vector<std::string> candidates) {
  const auto closest = closest_match(word, candidates);
  return closest ? "; did you mean '" + *closest + "'?" : "";
}

Result<Type> read_type(const std::string& path, const Json& type) {
  if (!type.is_string()) return bad(path, "'type' must be a type name, got " + show(type));
  const std::string name(type.get_string());
  if (const auto known = type_from_name(name)) return *known;
  std::vector<std::string> names;
  for (const Synonym& synonym : kTypes) names.emplace_back(synonym.name);
  return bad(path, "unknown type '" + name + "'" + suggestion(name, std::move(names)));
}

// Fields of a schema or of the `properties` of the field at `path`.
Result<Schema> read_schema(const Json& description, bool required_by_default,
                           const std::string& path, std::vector<std::string>* warnings);

// One field, read option by option.
class FieldReader {
 public:
  FieldReader(std::string path, std::vector<std::string>* warnings)
      : path_(std::move(path)), warnings_(warnings) {}

  Result<Field> read(const Json& description, bool required_by_default) {
    field_.required = required_by_default;
    if (description.is_string()) return read_shorthand(description);
    const JsonObject* options = description.if_object();
    if (!options) {
      return bad(path_, "a field is a type name or a table with 'type', got " + show(description));
    }
    if (is_plain_json_schema_field(*options)) {
      return field_from_json_schema(*options, required_by_default);
    }
    for (const auto& option : *options) {
      if (auto done = read_option(option.key(), option.value()); !done) return fail(done.error());
    }
    if (auto done = check_consistency(); !done) return fail(done.error());
    return std::move(field_);
  }

 private:
  Result<Field> read_shorthand(const Json& name) {
    auto type = read_type(path_, name);
    if (!type) return fail(type.error());
    field_.type = *type;
    return std::move(field_);
  }

  Result<void> read_option(std::string_view key, const Json& value) {
    if (key == "type") return read_into(field_.type, read_type(path_, value));
    if (key == "required") return read_required(value);
    if (key == "default") return read_default(value);
    if (key == "description") return read_text(key, value, field_.description);
    if (key == "enum") return read_enum(value);
    if (key == "items") return read_items(value);
    if (key == "properties") return read_properties(value);
    if (key == "minimum") return read_bound(key, value, field_.minimum);
    if (key == "maximum") return read_bound(key, value, field_.maximum);
    if (key == "min_length" || key == "minLength") return read_count(key, value, field_.min_length);
    if (key == "max_length" || key == "maxLength") return read_count(key, value, field_.max_length);
    if (key == "min_items" || key == "minItems") return read_count(key, value, field_.min_items);
    if (key == "max_items" || key == "maxItems") return read_count(key, value, field_.max_items);
    if (key == "pattern") return read_pattern(value);
    if (!contains(kAnnotations, key)) warn_unknown(key);
    return {};
  }

  template <typename T>
  Result<void> read_into(T& target, Result<T> value) {
    if (!value) return fail(value.error());
    target = *std::move(value);
    return {};
  }

  Result<void> read_required(const Json& value) {
    if (!value.is_bool()) return bad(path_, "'required' must be true or false, got " + show(value));
    field_.required = value.get_bool();
    return {};
  }

  Result<void> read_default(const Json& value) {
    if (!value.is_null()) field_.default_value = value;
    return {};
  }

  Result<void> read_text(std::string_view key, const Json& value, std::string& target) {
    if (!value.is_string())
      return bad(path_, fmt::format("'{}' must be text, got {}", key, show(value)));
    target = value.get_string();
    return {};
  }

  Result<void> read_enum(const Json& value) {
    const JsonArray* values = value.if_array();
    if (!values || values->empty()) {
      return bad(path_, "'enum' must be a list of at least one value, got " + show(value));
    }
    field_.enum_values.assign(values->begin(), values->end());
    return {};
  }

  Result<void> read_items(const Json& value) {
    auto items = FieldReader(member_path(path_, "items"), warnings_).read(value, false);
    if (!items) return fail(items.error());
    field_.items = std::make_shared<const Field>(*std::move(items));
    return {};
  }

  Result<void> read_properties(const Json& value) {
    auto nested = read_schema(value, false, path_, warnings_);
    if (!nested) return fail(nested.error());
    field_.properties = std::make_shared<const Schema>(*std::move(nested));
    return {};
  }

  Result<void> read_bound(std::string_view key, const Json& value, std::optional<double>& target) {
    if (!value.is_number()) {
      return bad(path_, fmt::format("'{}' must be a number, got {}", key, show(value)));
    }
    target = as_double(value);
    return {};
  }

  Result<void> read_count(std::string_view key, const Json& value,
                          std::optional<std::size_t>& target) {
    const auto count = integral(value);
    if (!count || *count < 0) {
      return bad(path_, fmt::format("'{}' must be a whole number of at least 0, got {}", key,
                                    show(value)));
    }
    target = static_cast<std::size_t>(*count);
    return {};
  }

  Result<void> read_pattern(const Json& value) {
    if (auto done = read_text("pattern", value, field_.pattern); !done) return done;
    if (!pattern_is_valid(field_.pattern)) {
      return bad(path_, "'pattern' is not a valid regular expression: " + show(value));
    }
    return {};
  }

  void warn_unknown(std::string_view key) {
    if (!warnings_) return;
    std::vector<std::string> names(kOptions.begin(), kOptions.end());
    warnings_->push_back(fmt::format("field '{}': unknown option '{}'{}", path_, key,
                                     suggestion(key, std::move(names))));
  }

  Result<void> check_consistency() {
    if (field_.minimum && field_.maximum && *field_.minimum > *field_.maximum) {
      return bad(path_, "'minimum' is greater than 'maximum'");
    }
    if (field_.min_length && field_.max_length && *field_.min_length > *field_.max_length) {
      return bad(path_, "'min_length' is greater than 'max_length'");
    }
    if (field_.min_items && field_.max_items && *field_.min_items > *field_.max_items) {
      return bad(path_, "'min_items' is greater than 'max_items'");
    }
    if (field_.properties && field_.type == Type::kAny) field_.type = Type::kObject;
    if (field_.items && field_.type == Type::kAny) field_.type = Type::kArray;
    return check_default();
  }

  Result<void> check_default() {
    if (!field_.default_value) return {};
    field_.required = false;
    const std::vector<Violation> violations = complete_field(field_, *field_.default_value, path_);
    if (violations.empty()) return {};
    const std::string text = "the default does not fit: " + violations.front().message;
    if (!warnings_) return bad(violations.front().path, text);
    warnings_->push_back("field '" + violations.front().path + "': " + text);
    return {};
  }

  std::string path_;
  std::vector<std::string>* warnings_;
  Field field_;
};

Result<Schema> read_schema(const Json& description, bool required_by_default,
                           const std::string& path, std::vector<std::string>* warnings) {
  Schema schema;
  if (description.is_array() && description.get_array().empty()) return schema;
  const JsonObject* fields = description.if_object();
  if (!fields) {
    return bad(path, "a schema is a table of fields by name, got " + show(description));
  }
  if (is_plain_json_schema(*fields)) return schema_from_json_schema(*fields);
  for (const auto& entry : *fields) {
    const std::string name(entry.key());
    FieldReader reader(member_path(path, name), warnings);
    auto field = reader.read(entry.value(), required_by_default);
    if (!field) return fail(field.error());
    field->name = name;
    schema.fields.push_back(*std::move(field));
  }
  return schema;
}

}  // namespace

Result<Schema> parse_schema(const Json& description, Required required,
                            std::vector<std::string>* warnings) {
  return read_schema(description, required == Required::kByDefault, "", warnings);
}

}  // namespace tactus::schema
