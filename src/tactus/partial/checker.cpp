#include <cmath>

#include <tactus/base/text.hpp>
#include <tactus/partial/checker.hpp>
#include <tactus/schema/values.hpp>

namespace tactus::partial {
namespace {

// Bounds what schemas with alternatives of alternatives can ask of one value; what is left out is
// asked at the end.
constexpr std::size_t kChecksMax = 4096;

std::string_view kind_text(Kind kind) {
  static constexpr std::string_view kTexts[] = {"null",   "boolean", "number",
                                                "string", "array",   "object"};
  return kTexts[static_cast<std::size_t>(kind)];
}

Kind kind_of(const Json& value) {
  if (value.is_null()) return Kind::kNull;
  if (value.is_bool()) return Kind::kBoolean;
  if (value.is_string()) return Kind::kString;
  if (value.is_array()) return Kind::kArray;
  return value.is_object() ? Kind::kObject : Kind::kNumber;
}

std::string_view text_of(const Json& value) {
  return {value.get_string().data(), value.get_string().size()};
}

std::size_t characters_begun(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// The same text for what counts as the same value: 5 and 5.0, members in any order.
void append_canonical(std::string& out, const Json& value) {
  if (value.is_number()) {
    const auto whole = schema::integral(value);
    out += whole ? std::to_string(*whole) : dump_json(schema::as_double(value));
  } else if (value.is_array()) {
    out += '[';
    for (const Json& element : value.get_array()) {
      append_canonical(out, element);
      out += ',';
    }
    out += ']';
  } else if (value.is_object()) {
    std::map<std::string_view, const Json*> members;
    for (const auto& member : value.get_object()) members[member.key()] = &member.value();
    out += '{';
    for (const auto& [name, member] : members) {
      append_json_string(out, name);
      out += ':';
      append_canonical(out, *member);
      out += ',';
    }
    out += '}';
  } else {
    out += dump_json(value);
  }
}

}  // namespace

Checker::Checker(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}

// --- Where it stands ---

std::string Checker::place_of(std::size_t depth) const {
  std::string place;
  for (std::size_t i = 0; i + 1 < depth && i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    place = level.kind == Kind::kArray ? schema::index_path(place, level.count - 1)
                                       : schema::member_path(place, level.name);
  }
  return place;
}

void Checker::refuse(std::string message) {
  if (!violation_) violation_ = schema::Violation{place(), std::move(message)};
}

void Checker::fail(Check& check, std::string message) {
  fail(check, schema::Violation{place_of(check.depth), std::move(message)});
}

void Checker::fail(Check& check, schema::Violation violation) {
  if (check.verdict == Verdict::kInvalid) return;
  check.verdict = Verdict::kInvalid;
  if (!check.parent) {
    if (!violation_) violation_ = std::move(violation);
    return;
  }
  Check& parent = *check.parent;
  if (check.group < 0) return fail(parent, std::move(violation));
  const RuleGroup& group = parent.rule->groups[static_cast<std::size_t>(check.group)];
  if (group.kind == RuleGroup::Kind::kNot) return;  // As it should be.
  Group& state = parent.groups[static_cast<std::size_t>(check.group)];
  if (check.is_first) state.of_first = violation;
  if (--state.alive > 0) return;
  if (group.one_thing && state.of_first) return fail(parent, *state.of_first);
  const std::string where = violation.path.empty() ? "" : violation.path + ": ";
  fail(parent, fmt::format("fits none of the alternatives; the last to fail: {}{}", where,
                           violation.message));
}

// --- A value begins ---

void Checker::begin(Kind kind) {
  if (violation_) return;
  if (!levels_.empty() && levels_.back().kind == Kind::kArray) next_element(levels_.back());
  if (spare_.empty()) spare_.emplace_back();
  Level& level = levels_.emplace_back(std::move(spare_.back()));
  spare_.pop_back();
  level.kind = kind;
  level.count = level.bytes = 0;
  if (levels_.size() == 1) {
    add(rules_->root(), nullptr, -1, false);
  } else {
    // `add` makes no levels, so the list stays where it is.
    for (const auto& [parent, rule] : levels_[levels_.size() - 2].next)
      if (parent->verdict == Verdict::kOpen) add(*rule, parent, -1, false);
  }
  // Checks that these begin are looked at in their turn.
  for (std::size_t i = 0; i < levels_.back().checks.size(); ++i) {
    Check& check = *levels_.back().checks[i];
    look_at_kind(check);
    if (check.verdict == Verdict::kOpen) expand(check);
  }
}

void Checker::next_element(Level& level) {
  const std::size_t index = level.count++;
  level.next.clear();
  for (const auto& check : level.checks) {
    if (check->verdict != Verdict::kOpen) continue;
    const Rule& rule = *check->rule;
    if (rule.empty_array) {
      fail(*check, fmt::format("expected {}, got array", rule.kinds_text));
      continue;
    }
    at_most(*check, rule.max_items, level.count, "elements");
    if (index < rule.first_items.size()) {
      level.next.emplace_back(check.get(), rule.first_items[index]);
    } else if (rule.items) {
      level.next.emplace_back(check.get(), rule.items);
    }
  }
}

void Checker::add(const Rule& rule, Check* parent, int group, bool is_first) {
  auto check = std::make_unique<Check>();
  check->rule = &rule;
  check->parent = parent;
  check->depth = levels_.size();
  check->group = group;
  check->is_first = is_first;
  levels_.back().checks.push_back(std::move(check));
}

void Checker::look_at_kind(Check& check) {
  const Rule& rule = *check.rule;
  Level& level = levels_.back();
  if (level.kind == Kind::kNull && rule.null_is_absent) {
    if (!rule.admits(Kind::kNull)) return fail(check, "is required");
    check.verdict = Verdict::kValid;
    return;
  }
  if (rule.never) return fail(check, rule.broken.empty() ? "is not allowed" : rule.broken);
  if (!rule.admits(level.kind)) {
    return fail(check, fmt::format("expected {}, got {}", rule.kinds_text, kind_text(level.kind)));
  }
  if (rule.choices) {
    for (const Json& choice : *rule.choices)
      if (kind_of(choice) == level.kind) check.choices.push_back(&choice);
    if (check.choices.empty()) {
      return fail(check, fmt::format("expected one of {}, got {}", schema::show_list(*rule.choices),
                                     kind_text(level.kind)));
    }
  }
  if (level.kind == Kind::kString && (rule.choices || rule.max_length))
    level.of_text.push_back(&check);
  if (level.kind == Kind::kArray && rule.unique)
    check.seen = std::make_unique<std::set<std::string>>();
}

// The rules that apply to the same value.
void Checker::expand(Check& check) {
  if (repeats_itself(check)) return fail(check, "the schema refers to itself too deeply");
  if (levels_.back().checks.size() > kChecksMax) return;
  const Rule& rule = *check.rule;
  for (const Rule* needed : rule.all) add(*needed, &check, -1, false);
  check.groups.resize(rule.groups.size());
  for (std::size_t i = 0; i < rule.groups.size(); ++i) {
    check.groups[i].alive = rule.groups[i].rules.size();
    bool is_first = true;
    for (const Rule* branch : rule.groups[i].rules) {
      add(*branch, &check, static_cast<int>(i), is_first);
      is_first = false;
    }
  }
}

bool Checker::repeats_itself(const Check& check) const {
  for (const Check* above = check.parent; above && above->depth == check.depth;
       above = above->parent) {
    if (above->rule == check.rule) return true;
  }
  return false;
}

// --- It grows ---

void Checker::text(std::string_view piece) {
  if (violation_) return;
  Level& level = levels_.back();
  const std::size_t from = level.bytes;
  level.bytes += piece.size();
  level.count += characters_begun(piece);
  for (Check* check : level.of_text) {
    if (check->verdict != Verdict::kOpen) continue;
    at_most(*check, check->rule->max_length, level.count, "characters");
    if (!check->rule->choices) continue;
    std::erase_if(check->choices, [&](const Json* choice) {
      const std::string_view whole = text_of(*choice);
      return whole.size() < level.bytes || whole.substr(from, piece.size()) != piece;
    });
    if (check->choices.empty()) {
      fail(*check, fmt::format("expected one of {}", schema::show_list(*check->rule->choices)));
    }
  }
}

void Checker::key(std::string_view name) {
  if (violation_) return;
  Level& level = levels_.back();
  level.name = name;
  level.count += 1;
  level.next.clear();
  for (const auto& check : level.checks) {
    if (check->verdict != Verdict::kOpen) continue;
    const Rule& rule = *check->rule;
    if (rule.empty_object) {
      fail(*check, fmt::format("expected {}, got object", rule.kinds_text));
      continue;
    }
    at_most(*check, rule.max_members, level.count, "members");
    bool known = false;
    if (const auto found = rule.members.find(name); found != rule.members.end()) {
      known = true;
      level.next.emplace_back(check.get(), found->second);
    }
    for (const auto& [pattern, member] : rule.member_patterns) {
      if (!schema::pattern_matches(pattern, name).value_or(false)) continue;
      known = true;
      level.next.emplace_back(check.get(), member);
    }
    if (!known && rule.other_members) level.next.emplace_back(check.get(), rule.other_members);
  }
  // What may not be there at all need not be waited for.
  for (const auto& [check, rule] : level.next) {
    if (rule->never && check->verdict == Verdict::kOpen) {
      fail(*check,
           schema::Violation{schema::member_path(place_of(check->depth), name),
                             rule->broken.empty() ? std::string("is not allowed") : rule->broken});
    }
  }
}

// --- It is whole ---

void Checker::scalar(const Json& value) { settle(value); }
void Checker::end(const Json& value) { settle(value); }

void Checker::settle(const Json& value) {
  if (violation_) return;
  auto& checks = levels_.back().checks;
  for (std::size_t i = checks.size(); i-- > 0;) settle(*checks[i], value);
  if (violation_) return;  // It tells where from the levels as they are.
  Level& level = levels_.back();
  level.checks.clear();
  level.of_text.clear();
  level.next.clear();
  spare_.push_back(std::move(level));
  levels_.pop_back();
  if (!levels_.empty() && levels_.back().kind == Kind::kArray) note_element(value);
}

void Checker::settle(Check& check, const Json& value) {
  if (check.verdict == Verdict::kInvalid) return;
  const Rule& rule = *check.rule;
  if (check.verdict == Verdict::kOpen) {
    const Level& level = levels_.back();
    switch (level.kind) {
      case Kind::kNumber:
        settle_number(check, value);
        break;
      case Kind::kString:
        at_least(check, rule.min_length, level.count, "characters");
        if (rule.pattern && !schema::pattern_matches(*rule.pattern, text_of(value))
                                 .value_or(rule.bad_pattern_accepts))
          fail(check, fmt::format("must match the pattern {}, got {}", *rule.pattern,
                                  schema::show(value)));
        break;
      case Kind::kArray:
        settle_array(check, value);
        break;
      case Kind::kObject:
        settle_object(check, value);
        break;
      default:
        break;
    }
    if (rule.choices &&
        std::none_of(check.choices.begin(), check.choices.end(),
                     [&](const Json* choice) { return schema::same_value(*choice, value); })) {
      fail(check, fmt::format("expected one of {}, got {}", schema::show_list(*rule.choices),
                              schema::show(value)));
    }
    settle_groups(check, value);
  }
  if (check.verdict == Verdict::kInvalid) return;
  check.verdict = Verdict::kValid;
  if (check.parent && check.group >= 0)
    check.parent->groups[static_cast<std::size_t>(check.group)].valid += 1;
}

void Checker::settle_number(Check& check, const Json& value) {
  const Rule& rule = *check.rule;
  const double number = schema::as_double(value);
  const bool whole = schema::integral(value) || value.is_uint64();
  if (rule.whole_numbers && !whole)
    return fail(check, fmt::format("expected {}, got {}", rule.kinds_text, schema::show(value)));
  const auto refuse_if = [&](bool broken, std::string_view words, double limit) {
    if (broken)
      fail(check, fmt::format("must be {} {}, got {}", words, limit, schema::show(value)));
  };
  if (rule.minimum) refuse_if(number < *rule.minimum, "at least", *rule.minimum);
  if (rule.maximum) refuse_if(number > *rule.maximum, "at most", *rule.maximum);
  if (rule.exclusive_minimum)
    refuse_if(number <= *rule.exclusive_minimum, "greater than", *rule.exclusive_minimum);
  if (rule.exclusive_maximum)
    refuse_if(number >= *rule.exclusive_maximum, "less than", *rule.exclusive_maximum);
  if (rule.multiple_of)
    refuse_if(!schema::is_multiple(number, *rule.multiple_of), "a multiple of", *rule.multiple_of);
}

void Checker::settle_array(Check& check, const Json& value) {
  at_least(check, check.rule->min_items, value.get_array().size(), "elements");
}

void Checker::settle_object(Check& check, const Json& value) {
  const Rule& rule = *check.rule;
  at_least(check, rule.min_members, value.get_object().size(), "members");
  for (const std::string& name : rule.required) {
    if (!value.get_object().contains(name))
      fail(check,
           schema::Violation{schema::member_path(place_of(check.depth), name), "is required"});
  }
}

void Checker::settle_groups(Check& check, const Json& value) {
  for (std::size_t i = 0; i < check.groups.size(); ++i) {
    const std::size_t valid = check.groups[i].valid;
    switch (check.rule->groups[i].kind) {
      case RuleGroup::Kind::kAny:
        break;  // It has failed when the last alternative did.
      case RuleGroup::Kind::kOne:
        if (valid > 1)
          fail(check, "fits more than one of the alternatives, got " + schema::show(value));
        break;
      case RuleGroup::Kind::kNot:
        if (valid > 0) fail(check, "is excluded by the schema, got " + schema::show(value));
        break;
    }
  }
}

// An element of the array that is open is whole.
void Checker::note_element(const Json& value) {
  std::string canonical;
  for (const auto& check : levels_.back().checks) {
    if (!check->seen || check->verdict != Verdict::kOpen) continue;
    if (canonical.empty()) append_canonical(canonical, value);
    if (!check->seen->insert(canonical).second)
      fail(*check, fmt::format("element {} repeats an earlier one", levels_.back().count - 1));
  }
}

void Checker::at_least(Check& check, const std::optional<double>& bound, std::size_t count,
                       std::string_view unit) {
  if (bound && static_cast<double>(count) < *bound)
    fail(check, fmt::format("must have at least {} {}, has {}", *bound, unit, count));
}

void Checker::at_most(Check& check, const std::optional<double>& bound, std::size_t count,
                      std::string_view unit) {
  if (bound && static_cast<double>(count) > *bound)
    fail(check, fmt::format("must have at most {} {}", *bound, unit));
}

}  // namespace tactus::partial
