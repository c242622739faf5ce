// A schema in the form in which growing values are held to it: every question is answered from one
// value and where it stands, never from its parents. Immutable once made; safe on any thread.
// Uses: base, schema.
//
// What a rule refuses, `schema::validate` or `schema::validate_json_schema` refuses as well; so a
// reply is never given up that might have been accepted. The reverse holds for compile(JsonObject)
// only: validate() alone decides about a Schema, because it converts and completes.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tactus/partial/json_scanner.hpp>
#include <tactus/schema/schema.hpp>

namespace tactus::partial {

struct Rule;

// Rules for the same value of which a certain number must hold.
struct RuleGroup {
  enum class Kind : std::uint8_t { kAny, kOne, kNot } kind = Kind::kAny;
  std::vector<const Rule*> rules;
  // The alternatives are ways to write one thing: what is wrong with the first is what to say.
  bool one_thing = false;
};

struct Rule {
  std::uint8_t kinds = 0x3F;    // Bit per Kind.
  std::string kinds_text;       // "string or null"
  bool whole_numbers = false;   // Numbers must be integers.
  bool empty_array = false;     // Of arrays only the empty one, which stands for an object …
  bool empty_object = false;    // … and the reverse.
  bool null_is_absent = false;  // A null counts as a member that is not there.
  bool never = false;           // Refuses everything …
  std::string broken;           // … for this reason, if there is one.
  std::optional<std::vector<Json>> choices;
  std::optional<double> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
  // Bounds may be fractions in a JSON Schema.
  std::optional<double> min_length, max_length, min_items, max_items, min_members, max_members;
  std::optional<std::string> pattern;
  bool bad_pattern_accepts = false;  // A pattern that this engine cannot read.
  bool unique = false;
  std::vector<const Rule*> first_items;
  const Rule* items = nullptr;  // Null, here and below: anything.
  std::map<std::string, const Rule*, std::less<>> members;
  std::vector<std::pair<std::string, const Rule*>> member_patterns;
  const Rule* other_members = nullptr;
  std::vector<std::string> required;
  std::vector<const Rule*> all;  // These must hold too.
  std::vector<RuleGroup> groups;

  bool admits(Kind kind) const { return !never && (kinds >> static_cast<int>(kind) & 1) != 0; }
};

class Rules {
 public:
  // Of declared fields, with everything that `schema::validate` forgives.
  static std::shared_ptr<const Rules> compile(const schema::Schema& schema);
  // Of a plain JSON Schema, as strict as `schema::validate_json_schema`.
  static std::shared_ptr<const Rules> compile(const JsonObject& json_schema);

  const Rule& root() const { return *root_; }

 private:
  friend class RuleCompiler;
  std::deque<Rule> rules_;  // Their addresses stay.
  const Rule* root_ = nullptr;
};

}  // namespace tactus::partial
