// Schemas into rules. A rule is entered before its parts are compiled, so that a schema may refer
// to itself.
#include <tactus/partial/rules.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::partial {
namespace {

using schema::Field;
using schema::Schema;
using schema::Type;

constexpr std::uint8_t kAllKinds = 0x3F;
constexpr std::uint8_t bit(Kind kind) {
  return static_cast<std::uint8_t>(1 << static_cast<int>(kind));
}

std::uint8_t kinds_named(std::string_view type) {
  if (type == "string") return bit(Kind::kString);
  if (type == "number" || type == "integer") return bit(Kind::kNumber);
  if (type == "boolean") return bit(Kind::kBoolean);
  if (type == "array") return bit(Kind::kArray);
  if (type == "object") return bit(Kind::kObject);
  if (type == "null") return bit(Kind::kNull);
  return kAllKinds;  // Not a type of JSON Schema: nothing to hold the value to.
}

std::string_view text_of(const Json& value) {
  return {value.get_string().data(), value.get_string().size()};
}

const JsonArray* list_of(const JsonObject& keywords, std::string_view key) {
  const Json* value = keywords.if_contains(key);
  return value ? value->if_array() : nullptr;
}

const JsonObject* object_of(const JsonObject& keywords, std::string_view key) {
  const Json* value = keywords.if_contains(key);
  return value ? value->if_object() : nullptr;
}

bool is_scalar(Type type) {
  return type == Type::kString || type == Type::kNumber || type == Type::kInteger ||
         type == Type::kBoolean;
}

template <typename T>
std::optional<double> as_bound(const std::optional<T>& bound) {
  if (!bound) return std::nullopt;
  return static_cast<double>(*bound);
}

std::optional<double> bound_of(const JsonObject& keywords, std::string_view key) {
  const Json* value = keywords.if_contains(key);
  if (!value || !value->is_number()) return std::nullopt;
  return schema::as_double(*value);
}

void set_kinds(Rule& rule, const JsonObject& keywords) {
  const Json* type = keywords.if_contains("type");
  if (!type || !(type->is_string() || type->is_array())) return;
  const JsonArray one(1, *type);
  const JsonArray& names = type->is_array() ? type->get_array() : one;
  rule.kinds = 0;
  bool integers = false, numbers = false;
  for (const Json& name : names) {
    if (!name.is_string()) continue;
    rule.kinds |= kinds_named(text_of(name));
    integers = integers || text_of(name) == "integer";
    numbers = numbers || text_of(name) == "number";
    rule.kinds_text += rule.kinds_text.empty() ? "" : " or ";
    rule.kinds_text += text_of(name);
  }
  rule.whole_numbers = integers && !numbers && rule.kinds != kAllKinds;
}

void set_limits(Rule& rule, const JsonObject& keywords) {
  rule.minimum = bound_of(keywords, "minimum");
  rule.maximum = bound_of(keywords, "maximum");
  rule.exclusive_minimum = bound_of(keywords, "exclusiveMinimum");
  rule.exclusive_maximum = bound_of(keywords, "exclusiveMaximum");
  rule.multiple_of = bound_of(keywords, "multipleOf");
  rule.min_length = bound_of(keywords, "minLength");
  rule.max_length = bound_of(keywords, "maxLength");
  rule.min_items = bound_of(keywords, "minItems");
  rule.max_items = bound_of(keywords, "maxItems");
  rule.min_members = bound_of(keywords, "minProperties");
  rule.max_members = bound_of(keywords, "maxProperties");
  const Json* unique = keywords.if_contains("uniqueItems");
  rule.unique = unique && unique->is_bool() && unique->get_bool();
  if (const Json* pattern = keywords.if_contains("pattern"); pattern && pattern->is_string()) {
    rule.pattern = std::string(text_of(*pattern));
    rule.bad_pattern_accepts = true;
  }
  if (const JsonArray* names = list_of(keywords, "required")) {
    for (const Json& name : *names)
      if (name.is_string()) rule.required.emplace_back(text_of(name));
  }
}

}  // namespace

class RuleCompiler {
 public:
  explicit RuleCompiler(Rules& rules) : rules_(rules) {}

  const Rule* fields(const Schema& schema, std::uint8_t other_kinds = 0);
  const Rule* document(const JsonObject& json_schema);

 private:
  Rule& add() { return rules_.rules_.emplace_back(); }
  const Rule* never(std::string why = {});
  const Rule* field(const Field& field);
  const Rule* member(const Field& field, const Rule* rule);
  const Rule* plain_field(const Field& field);
  void set_container(Rule& rule, const Field& field);
  const Rule* or_its_result(const Rule* scalar);
  const Rule* completed(const Schema& schema);
  const Rule* keywords(const Json& schema, const Json& root);
  void set_choices(Rule& rule, const JsonObject& keywords);
  void set_elements(Rule& rule, const JsonObject& keywords, const Json& root);
  void set_members(Rule& rule, const JsonObject& keywords, const Json& root);
  void set_branches(Rule& rule, const JsonObject& keywords, const Json& root);
  const Rule* reference(const Json& reference, const Json& root);

  Rules& rules_;
  std::deque<Json> documents_;                // Whose parts `known_` names.
  std::map<const Json*, const Rule*> known_;  // Schemas that have been begun.
};

const Rule* RuleCompiler::never(std::string why) {
  Rule& rule = add();
  rule.never = true;
  rule.broken = std::move(why);
  return &rule;
}

// --- Fields of the language ---

// An object with these members. A value of `other_kinds` is not held to them.
const Rule* RuleCompiler::fields(const Schema& schema, std::uint8_t other_kinds) {
  if (schema.json_schema) return completed(schema);
  Rule& rule = add();
  rule.kinds = bit(Kind::kObject) | bit(Kind::kArray) | other_kinds;
  rule.kinds_text = "object";
  rule.empty_array = (other_kinds & bit(Kind::kArray)) == 0;
  for (const Field& declared : schema.fields) {
    rule.members[declared.name] = member(declared, field(declared));
    if (declared.required && !declared.default_value) rule.required.push_back(declared.name);
  }
  return &rule;
}

const Rule* RuleCompiler::field(const Field& field) {
  if (field.json_schema) return document(*field.json_schema);
  const Rule* rule = plain_field(field);
  return is_scalar(field.type) ? or_its_result(rule) : rule;
}

// A null is an absent member: nothing to look at, or what is required is missing.
const Rule* RuleCompiler::member(const Field& field, const Rule* rule) {
  Rule& outer = add();
  outer.null_is_absent = true;
  if (field.required && !field.default_value) outer.kinds = kAllKinds & ~bit(Kind::kNull);
  outer.all.push_back(rule);
  return &outer;
}

const Rule* RuleCompiler::plain_field(const Field& field) {
  Rule& rule = add();
  if (field.type != Type::kAny && field.type != Type::kTable) {
    rule.kinds = kinds_named(schema::type_name(field.type));
  }
  rule.kinds_text = schema::type_name(field.type);
  rule.whole_numbers = field.type == Type::kInteger;
  if (!field.enum_values.empty()) rule.choices = field.enum_values;
  rule.minimum = field.minimum;
  rule.maximum = field.maximum;
  rule.min_length = as_bound(field.min_length);
  rule.max_length = as_bound(field.max_length);
  rule.min_items = as_bound(field.min_items);
  rule.max_items = as_bound(field.max_items);
  if (!field.pattern.empty()) rule.pattern = field.pattern;
  set_container(rule, field);
  return &rule;
}

void RuleCompiler::set_container(Rule& rule, const Field& field) {
  const bool array = field.type == Type::kArray, object = field.type == Type::kObject;
  if (array || object || field.type == Type::kTable) {
    rule.kinds = bit(Kind::kArray) | bit(Kind::kObject);
  }
  // An empty table becomes what is declared, before its choices are looked at; unless an empty
  // array is too short anyway.
  rule.empty_array = object;
  rule.empty_object = array && field.min_items.value_or(0) == 0;
  if (array && !rule.empty_object) rule.kinds = bit(Kind::kArray);
  if (array || object) rule.choices.reset();
  // Elements are not members: a null among them is a value like any other.
  if (field.items) rule.items = this->field(*field.items);
  if (!field.properties) return;
  rule.all.push_back(fields(*field.properties, object ? 0 : kAllKinds));
}

// `{result = v}` may be written where the scalar `v` is declared.
const Rule* RuleCompiler::or_its_result(const Rule* scalar) {
  Rule& either = add();
  Rule& wrapped = add();
  wrapped.kinds = bit(Kind::kObject);
  wrapped.members["result"] = &either;
  wrapped.other_members = never();
  wrapped.required.emplace_back("result");
  either.groups.push_back({RuleGroup::Kind::kAny, {scalar, &wrapped}, true});
  return &either;
}

// `validate` drops members and adds defaults before a plain JSON Schema decides, so what that says
// of the object as a whole can be asked only at the end.
const Rule* RuleCompiler::completed(const Schema& schema) {
  const JsonObject* named = object_of(*schema.json_schema, "properties");
  if (!named) return document(*schema.json_schema);
  const Json& root = documents_.emplace_back(*schema.json_schema);
  const JsonObject& properties = *object_of(root.get_object(), "properties");
  Rule& rule = add();
  set_kinds(rule, root.get_object());
  if (rule.admits(Kind::kObject) && !rule.admits(Kind::kArray)) {
    rule.kinds |= bit(Kind::kArray);
    rule.empty_array = true;
  }
  for (const Field& declared : schema.fields) {
    const Json* described = properties.if_contains(declared.name);
    if (!described) continue;
    Rule& outer = add();
    outer.null_is_absent = !declared.required;
    outer.all.push_back(keywords(*described, root));
    rule.members[declared.name] = &outer;
    if (declared.required) rule.required.push_back(declared.name);
  }
  return &rule;
}

// --- JSON Schema ---

const Rule* RuleCompiler::document(const JsonObject& json_schema) {
  const Json& root = documents_.emplace_back(json_schema);
  return keywords(root, root);
}

const Rule* RuleCompiler::keywords(const Json& schema, const Json& root) {
  if (const auto known = known_.find(&schema); known != known_.end()) return known->second;
  if (schema.is_bool() && !schema.get_bool()) return never();
  Rule& rule = add();
  known_[&schema] = &rule;
  const JsonObject* words = schema.if_object();
  if (!words) return &rule;
  if (const Json* target = words->if_contains("$ref")) {
    rule.all.push_back(reference(*target, root));
  }
  set_kinds(rule, *words);
  set_limits(rule, *words);
  set_choices(rule, *words);
  set_elements(rule, *words, root);
  set_members(rule, *words, root);
  set_branches(rule, *words, root);
  return &rule;
}

void RuleCompiler::set_choices(Rule& rule, const JsonObject& keywords) {
  if (const JsonArray* choices = list_of(keywords, "enum")) {
    rule.choices.emplace(choices->begin(), choices->end());
  }
  const Json* constant = keywords.if_contains("const");
  if (!constant) return;
  if (rule.choices) {  // Both must hold.
    Rule& other = add();
    other.choices = std::move(rule.choices);
    rule.all.push_back(&other);
  }
  rule.choices.emplace(1, *constant);
}

void RuleCompiler::set_elements(Rule& rule, const JsonObject& words, const Json& root) {
  if (const JsonArray* first = list_of(words, "prefixItems")) {
    for (const Json& item : *first) rule.first_items.push_back(keywords(item, root));
  }
  if (const Json* items = words.if_contains("items")) rule.items = keywords(*items, root);
}

void RuleCompiler::set_members(Rule& rule, const JsonObject& words, const Json& root) {
  if (const JsonObject* named = object_of(words, "properties")) {
    for (const auto& property : *named)
      rule.members[property.key()] = keywords(property.value(), root);
  }
  if (const JsonObject* patterns = object_of(words, "patternProperties")) {
    for (const auto& property : *patterns)
      rule.member_patterns.emplace_back(property.key(), keywords(property.value(), root));
  }
  if (const Json* others = words.if_contains("additionalProperties"))
    rule.other_members = keywords(*others, root);
}

void RuleCompiler::set_branches(Rule& rule, const JsonObject& words, const Json& root) {
  if (const JsonArray* all = list_of(words, "allOf")) {
    for (const Json& branch : *all) rule.all.push_back(keywords(branch, root));
  }
  const auto add_group = [&](RuleGroup::Kind kind, const JsonArray& list) {
    RuleGroup group;
    group.kind = kind;
    for (const Json& branch : list) group.rules.push_back(keywords(branch, root));
    rule.groups.push_back(std::move(group));
  };
  if (const JsonArray* any = list_of(words, "anyOf")) add_group(RuleGroup::Kind::kAny, *any);
  if (const JsonArray* one = list_of(words, "oneOf")) add_group(RuleGroup::Kind::kOne, *one);
  if (const Json* excluded = words.if_contains("not")) {
    RuleGroup group;
    group.kind = RuleGroup::Kind::kNot;
    group.rules.push_back(keywords(*excluded, root));
    rule.groups.push_back(std::move(group));
  }
}

const Rule* RuleCompiler::reference(const Json& reference, const Json& root) {
  if (!reference.is_string() || !text_of(reference).starts_with('#')) {
    return never("the schema refers to another document");
  }
  const std::string_view pointer = text_of(reference).substr(1);
  if (pointer.empty()) return keywords(root, root);
  const Json* target = schema::find_by_pointer(root.get_object(), pointer);
  if (!target) return never(fmt::format("the schema lacks {}", text_of(reference)));
  return keywords(*target, root);
}

std::shared_ptr<const Rules> Rules::compile(const schema::Schema& schema) {
  auto rules = std::make_shared<Rules>();
  rules->root_ = RuleCompiler(*rules).fields(schema);
  return rules;
}

std::shared_ptr<const Rules> Rules::compile(const JsonObject& json_schema) {
  auto rules = std::make_shared<Rules>();
  rules->root_ = RuleCompiler(*rules).document(json_schema);
  return rules;
}

}  // namespace tactus::partial
