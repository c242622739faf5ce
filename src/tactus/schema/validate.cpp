// Checks values against fields of the language and completes them on the way.
#include <algorithm>

#include <tactus/base/utf8.hpp>
#include <tactus/schema/field_check.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::schema {
namespace {

bool is_scalar(Type type) {
  return type == Type::kString || type == Type::kNumber || type == Type::kInteger ||
         type == Type::kBoolean;
}

bool is_empty_table(const Json& value) {
  return (value.is_array() && value.get_array().empty()) ||
         (value.is_object() && value.get_object().empty());
}

// One pass over a value. `unknown` may be null.
class Checker {
 public:
  explicit Checker(std::vector<std::string>* unknown) : unknown_(unknown) {}

  void check_members(const Schema& schema, Json& value, const std::string& path);
  void check_field(const Field& field, Json& value, const std::string& path);
  std::vector<Violation> take() { return std::move(violations_); }

 private:
  void report(const std::string& path, std::string message) {
    violations_.push_back({path, std::move(message)});
  }
  void check_plain(const Schema& schema, Json& value, const std::string& path);
  void forget_undeclared(const Schema& schema, JsonObject& members, const std::string& path);
  void unwrap_result(const Field& field, Json& value);
  bool fits_type(const Field& field, Json& value);
  void check_choices(const Field& field, const Json& value, const std::string& path);
  void check_number(const Field& field, const Json& value, const std::string& path);
  void check_text(const Field& field, const Json& value, const std::string& path);
  void check_elements(const Field& field, Json& value, const std::string& path);

  std::vector<std::string>* unknown_;
  std::vector<Violation> violations_;
};

void Checker::check_members(const Schema& schema, Json& value, const std::string& path) {
  if (schema.json_schema) return check_plain(schema, value, path);
  if (is_empty_table(value)) value.emplace_object();
  if (!value.is_object()) return report(path, "expected object, got " + show(value));
  forget_undeclared(schema, value.get_object(), path);
  JsonObject completed;
  for (const Field& field : schema.fields) {
    Json* member = value.get_object().if_contains(field.name);
    const std::string member_at = member_path(path, field.name);
    if (member && !member->is_null()) {
      Json& kept = completed[field.name] = std::move(*member);
      check_field(field, kept, member_at);
    } else if (field.default_value) {
      completed[field.name] = *field.default_value;
    } else if (field.required) {
      report(member_at, "is required");
    }
  }
  value = std::move(completed);
}

void Checker::forget_undeclared(const Schema& schema, JsonObject& members,
                                const std::string& path) {
  if (!unknown_) return;
  for (const auto& member : members) {
    if (!schema.find(member.key())) unknown_->push_back(member_path(path, member.key()));
  }
}

// A plain JSON Schema decides alone, but defaults, null and undeclared members are ours to settle.
void Checker::check_plain(const Schema& schema, Json& value, const std::string& path) {
  const JsonObject& plain = *schema.json_schema;
  const Json* properties = plain.if_contains("properties");
  if (properties && is_empty_table(value)) value.emplace_object();
  if (properties && value.is_object()) {
    const Json* additional = plain.if_contains("additionalProperties");
    const bool closed = additional && additional->is_bool() && !additional->get_bool() &&
                        !plain.contains("patternProperties");
    if (closed) forget_undeclared(schema, value.get_object(), path);
    JsonObject completed;
    for (auto& member : value.get_object()) {
      const Field* field = schema.find(member.key());
      const bool droppable = field && !field->required && member.value().is_null();
      const bool undeclared = closed && !field;
      if (!undeclared &&
          !(droppable && !validate_json_schema(*field->json_schema, nullptr).empty())) {
        completed[member.key()] = std::move(member.value());
      }
    }
    for (const Field& field : schema.fields) {
      if (field.default_value && !completed.contains(field.name)) {
        completed[field.name] = *field.default_value;
      }
    }
    value = std::move(completed);
  }
  check_json_schema(plain, value, path, plain, violations_);
}

// The output of a procedure with one result, `{result = v}`, may be passed where `v` is declared.
void Checker::unwrap_result(const Field& field, Json& value) {
  if (!is_scalar(field.type) || !value.is_object() || value.get_object().size() != 1) return;
  const Json* result = value.get_object().if_contains("result");
  if (!result) return;
  Json inner = *result;
  Checker trial(nullptr);
  trial.check_field(field, inner, "");
  if (trial.violations_.empty()) value = std::move(inner);
}

bool Checker::fits_type(const Field& field, Json& value) {
  switch (field.type) {
    case Type::kString:
      return value.is_string();
    case Type::kNumber:
      return value.is_number();
    case Type::kInteger: {
      const auto whole = integral(value);
      if (whole) value = *whole;
      return whole.has_value();
    }
    case Type::kBoolean:
      return value.is_bool();
    case Type::kArray:
      if (is_empty_table(value)) value.emplace_array();
      return value.is_array();
    case Type::kObject:
      if (is_empty_table(value)) value.emplace_object();
      return value.is_object();
    case Type::kTable:
      return value.is_array() || value.is_object();
    case Type::kAny:
      return true;
  }
  return true;
}

void Checker::check_field(const Field& field, Json& value, const std::string& path) {
  if (field.json_schema) {
    return check_json_schema(*field.json_schema, value, path, *field.json_schema, violations_);
  }
  unwrap_result(field, value);
  if (!fits_type(field, value)) {
    return report(path, fmt::format("expected {}, got {}", type_name(field.type), show(value)));
  }
  check_choices(field, value, path);
  check_number(field, value, path);
  check_text(field, value, path);
  check_elements(field, value, path);
  if (field.properties && value.is_object()) check_members(*field.properties, value, path);
}

void Checker::check_choices(const Field& field, const Json& value, const std::string& path) {
  const auto& choices = field.enum_values;
  if (choices.empty()) return;
  const auto same = [&](const Json& choice) { return same_value(choice, value); };
  if (std::none_of(choices.begin(), choices.end(), same)) {
    report(path, fmt::format("expected one of {}, got {}", show_list(choices), show(value)));
  }
}

void Checker::check_number(const Field& field, const Json& value, const std::string& path) {
  if (!value.is_number()) return;
  if (field.minimum && as_double(value) < *field.minimum) {
    report(path, fmt::format("must be at least {}, got {}", *field.minimum, show(value)));
  }
  if (field.maximum && as_double(value) > *field.maximum) {
    report(path, fmt::format("must be at most {}, got {}", *field.maximum, show(value)));
  }
}

void Checker::check_text(const Field& field, const Json& value, const std::string& path) {
  if (!value.is_string()) return;
  const std::string_view text(value.get_string().data(), value.get_string().size());
  const std::size_t length = utf8_length(text);
  if (field.min_length && length < *field.min_length) {
    report(path,
           fmt::format("must have at least {} characters, has {}", *field.min_length, length));
  }
  if (field.max_length && length > *field.max_length) {
    report(path, fmt::format("must have at most {} characters, has {}", *field.max_length, length));
  }
  if (!field.pattern.empty() && !pattern_matches(field.pattern, text).value_or(false)) {
    report(path, fmt::format("must match the pattern {}, got {}", field.pattern, show(value)));
  }
}

void Checker::check_elements(const Field& field, Json& value, const std::string& path) {
  if (!value.is_array()) return;
  JsonArray& elements = value.get_array();
  if (field.min_items && elements.size() < *field.min_items) {
    report(path, fmt::format("must have at least {} elements, has {}", *field.min_items,
                             elements.size()));
  }
  if (field.max_items && elements.size() > *field.max_items) {
    report(path,
           fmt::format("must have at most {} elements, has {}", *field.max_items, elements.size()));
  }
  if (!field.items) return;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    check_field(*field.items, elements[i], index_path(path, i));
  }
}

}  // namespace

std::vector<Violation> validate(const Schema& schema, Json& value,
                                std::vector<std::string>* unknown) {
  Checker checker(unknown);
  checker.check_members(schema, value, "");
  return checker.take();
}

std::vector<Violation> complete_field(const Field& field, Json& value, const std::string& path) {
  Checker checker(nullptr);
  checker.check_field(field, value, path);
  return checker.take();
}

}  // namespace tactus::schema
