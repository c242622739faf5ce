// Checks values against plain JSON Schemas. The header of the module lists the keywords.
#include <algorithm>
#include <cmath>

#include <tactus/base/utf8.hpp>
#include <tactus/schema/field_check.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::schema {
namespace {

// Bounds a chain of references that leads nowhere, and recursion as a whole.
constexpr int kDepthMax = 256;

std::string_view text_of(const Json& value) {
  return {value.get_string().data(), value.get_string().size()};
}

bool is_of_type(const Json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return integral(value) || value.is_uint64();
  if (type == "boolean") return value.is_bool();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;  // Not a type of JSON Schema: nothing to hold the value to.
}

class Checker {
 public:
  Checker(const JsonObject& root, std::vector<Violation>& violations)
      : root_(root), violations_(violations) {}

  void check(const Json& schema, const Json& value, const std::string& path, int depth);

 private:
  void report(const std::string& path, std::string message) {
    violations_.push_back({path, std::move(message)});
  }
  bool accepts(const Json& schema, const Json& value, int depth);
  void check_type(const JsonObject& schema, const Json& value, const std::string& path);
  void check_equality(const JsonObject& schema, const Json& value, const std::string& path);
  void check_number(const JsonObject& schema, const Json& value, const std::string& path);
  void check_text(const JsonObject& schema, const Json& value, const std::string& path);
  void check_array(const JsonObject& schema, const Json& value, const std::string& path, int depth);
  void check_object(const JsonObject& schema, const Json& value, const std::string& path,
                    int depth);
  void check_member(const JsonObject& schema, std::string_view name, const Json& value,
                    const std::string& path, int depth);
  void check_branches(const JsonObject& schema, const Json& value, const std::string& path,
                      int depth);
  void check_reference(const Json& reference, const Json& value, const std::string& path,
                       int depth);
  void check_count(const JsonObject& schema, std::string_view least, std::string_view most,
                   std::size_t count, std::string_view unit, const std::string& path);

  const JsonObject& root_;
  std::vector<Violation>& violations_;
};

void Checker::check(const Json& schema, const Json& value, const std::string& path, int depth) {
  if (depth > kDepthMax) return report(path, "the schema refers to itself too deeply");
  if (schema.is_bool()) {
    if (!schema.get_bool()) report(path, "is not allowed");
    return;
  }
  const JsonObject* keywords = schema.if_object();
  if (!keywords) return;
  if (const Json* reference = keywords->if_contains("$ref")) {
    check_reference(*reference, value, path, depth);
  }
  const std::size_t before = violations_.size();
  check_type(*keywords, value, path);
  if (violations_.size() > before) return;  // The rest would only repeat it in other words.
  check_equality(*keywords, value, path);
  check_number(*keywords, value, path);
  check_text(*keywords, value, path);
  check_array(*keywords, value, path, depth);
  check_object(*keywords, value, path, depth);
  check_branches(*keywords, value, path, depth);
}

bool Checker::accepts(const Json& schema, const Json& value, int depth) {
  std::vector<Violation> found;
  Checker(root_, found).check(schema, value, "", depth);
  return found.empty();
}

void Checker::check_type(const JsonObject& schema, const Json& value, const std::string& path) {
  const Json* type = schema.if_contains("type");
  if (!type) return;
  if (type->is_string()) {
    if (!is_of_type(value, text_of(*type))) {
      report(path, fmt::format("expected {}, got {}", text_of(*type), show(value)));
    }
    return;
  }
  if (!type->is_array()) return;
  std::string names;
  for (const Json& name : type->get_array()) {
    if (!name.is_string() || is_of_type(value, text_of(name))) return;
    if (!names.empty()) names += " or ";
    names += text_of(name);
  }
  report(path, fmt::format("expected {}, got {}", names, show(value)));
}

void Checker::check_equality(const JsonObject& schema, const Json& value, const std::string& path) {
  if (const Json* constant = schema.if_contains("const");
      constant && !same_value(*constant, value)) {
    report(path, fmt::format("expected {}, got {}", dump_json(*constant), show(value)));
  }
  const Json* choices = schema.if_contains("enum");
  if (!choices || !choices->is_array()) return;
  for (const Json& choice : choices->get_array()) {
    if (same_value(choice, value)) return;
  }
  report(path,
         fmt::format("expected one of {}, got {}", show_list(choices->get_array()), show(value)));
}

void Checker::check_number(const JsonObject& schema, const Json& value, const std::string& path) {
  if (!value.is_number()) return;
  const double number = as_double(value);
  const auto bound = [&](std::string_view keyword, std::string_view words, auto holds) {
    const Json* limit = schema.if_contains(keyword);
    if (!limit || !limit->is_number() || holds(number, as_double(*limit))) return;
    report(path, fmt::format("must be {} {}, got {}", words, as_double(*limit), show(value)));
  };
  bound("minimum", "at least", [](double a, double b) { return a >= b; });
  bound("maximum", "at most", [](double a, double b) { return a <= b; });
  bound("exclusiveMinimum", "greater than", [](double a, double b) { return a > b; });
  bound("exclusiveMaximum", "less than", [](double a, double b) { return a < b; });
  bound("multipleOf", "a multiple of", is_multiple);
}

void Checker::check_count(const JsonObject& schema, std::string_view least, std::string_view most,
                          std::size_t count, std::string_view unit, const std::string& path) {
  const Json* low = schema.if_contains(least);
  if (low && low->is_number() && static_cast<double>(count) < as_double(*low)) {
    report(path, fmt::format("must have at least {} {}, has {}", as_double(*low), unit, count));
  }
  const Json* high = schema.if_contains(most);
  if (high && high->is_number() && static_cast<double>(count) > as_double(*high)) {
    report(path, fmt::format("must have at most {} {}, has {}", as_double(*high), unit, count));
  }
}

void Checker::check_text(const JsonObject& schema, const Json& value, const std::string& path) {
  if (!value.is_string()) return;
  const std::string_view text = text_of(value);
  check_count(schema, "minLength", "maxLength", utf8_length(text), "characters", path);
  const Json* pattern = schema.if_contains("pattern");
  if (!pattern || !pattern->is_string()) return;
  // A pattern that this engine cannot read is no reason to refuse the value.
  if (!pattern_matches(std::string(text_of(*pattern)), text).value_or(true)) {
    report(path, fmt::format("must match the pattern {}, got {}", text_of(*pattern), show(value)));
  }
}

void Checker::check_array(const JsonObject& schema, const Json& value, const std::string& path,
                          int depth) {
  if (!value.is_array()) return;
  const JsonArray& elements = value.get_array();
  check_count(schema, "minItems", "maxItems", elements.size(), "elements", path);
  const Json* prefix = schema.if_contains("prefixItems");
  const std::size_t prefixed =
      prefix && prefix->is_array() ? std::min(prefix->get_array().size(), elements.size()) : 0;
  for (std::size_t i = 0; i < prefixed; ++i) {
    check(prefix->get_array()[i], elements[i], index_path(path, i), depth + 1);
  }
  if (const Json* items = schema.if_contains("items")) {
    for (std::size_t i = prefixed; i < elements.size(); ++i) {
      check(*items, elements[i], index_path(path, i), depth + 1);
    }
  }
  const Json* unique = schema.if_contains("uniqueItems");
  if (!unique || !unique->is_bool() || !unique->get_bool()) return;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (same_value(elements[i], elements[j])) {
        return report(index_path(path, i), fmt::format("repeats element {}", j));
      }
    }
  }
}

void Checker::check_object(const JsonObject& schema, const Json& value, const std::string& path,
                           int depth) {
  if (!value.is_object()) return;
  const JsonObject& members = value.get_object();
  check_count(schema, "minProperties", "maxProperties", members.size(), "members", path);
  if (const Json* required = schema.if_contains("required"); required && required->is_array()) {
    for (const Json& name : required->get_array()) {
      if (name.is_string() && !members.contains(text_of(name))) {
        report(member_path(path, text_of(name)), "is required");
      }
    }
  }
  for (const auto& member : members) {
    check_member(schema, member.key(), member.value(), member_path(path, member.key()), depth);
  }
}

void Checker::check_member(const JsonObject& schema, std::string_view name, const Json& value,
                           const std::string& path, int depth) {
  bool known = false;
  const Json* properties = schema.if_contains("properties");
  const Json* property = properties ? find_member(*properties, name) : nullptr;
  if (property) {
    known = true;
    check(*property, value, path, depth + 1);
  }
  const Json* patterns = schema.if_contains("patternProperties");
  if (patterns && patterns->is_object()) {
    for (const auto& pattern : patterns->get_object()) {
      if (!pattern_matches(std::string(pattern.key()), name).value_or(false)) continue;
      known = true;
      check(pattern.value(), value, path, depth + 1);
    }
  }
  const Json* additional = schema.if_contains("additionalProperties");
  if (!known && additional) check(*additional, value, path, depth + 1);
}

void Checker::check_branches(const JsonObject& schema, const Json& value, const std::string& path,
                             int depth) {
  const auto branches = [&](std::string_view keyword) -> const JsonArray* {
    const Json* list = schema.if_contains(keyword);
    return list ? list->if_array() : nullptr;
  };
  const auto accepted = [&](const JsonArray& list) {
    return std::count_if(list.begin(), list.end(),
                         [&](const Json& branch) { return accepts(branch, value, depth + 1); });
  };
  if (const JsonArray* all = branches("allOf")) {
    for (const Json& branch : *all) check(branch, value, path, depth + 1);
  }
  if (const JsonArray* any = branches("anyOf"); any && accepted(*any) == 0) {
    report(path, "fits none of the alternatives, got " + show(value));
  }
  if (const JsonArray* one = branches("oneOf")) {
    const auto count = accepted(*one);
    if (count == 0) report(path, "fits none of the alternatives, got " + show(value));
    if (count > 1) report(path, "fits more than one of the alternatives, got " + show(value));
  }
  if (const Json* excluded = schema.if_contains("not");
      excluded && accepts(*excluded, value, depth + 1)) {
    report(path, "is excluded by the schema, got " + show(value));
  }
}

void Checker::check_reference(const Json& reference, const Json& value, const std::string& path,
                              int depth) {
  if (!reference.is_string() || !text_of(reference).starts_with('#')) {
    return report(path, "the schema refers to another document");
  }
  const std::string_view pointer = text_of(reference).substr(1);
  if (pointer.empty()) {
    check(Json(root_), value, path, depth + 1);
    return;
  }
  const Json* target = find_by_pointer(root_, pointer);
  if (!target) return report(path, fmt::format("the schema lacks {}", text_of(reference)));
  check(*target, value, path, depth + 1);
}

}  // namespace

void check_json_schema(const Json& schema, const Json& value, const std::string& path,
                       const JsonObject& root, std::vector<Violation>& violations) {
  Checker(root, violations).check(schema, value, path, 0);
}

std::vector<Violation> validate_json_schema(const JsonObject& json_schema, const Json& value) {
  std::vector<Violation> violations;
  check_json_schema(json_schema, value, "", json_schema, violations);
  return violations;
}

}  // namespace tactus::schema
