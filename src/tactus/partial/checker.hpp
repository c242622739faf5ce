// Holds one growing JSON value to its rules and tells a violation at the byte after which nothing
// could repair it. Work for each value is bounded by the size of the schema. Uses: base, schema.
//
// At every level of the value there is a list of checks: one for each rule that applies there. A
// check that fails takes down what depends on it, up to the whole:
//
//   {"tags": ["a", 5         rule of the object
//                               └ member `tags`: rule of the array
//                                    └ element 1: "expected string"   fails → array → object
//
// Alternatives (anyOf, oneOf) fail when the last of them has.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <tactus/partial/rules.hpp>

namespace tactus::partial {

class Checker {
 public:
  explicit Checker(std::shared_ptr<const Rules> rules);

  // The value as it comes, in the order of JsonEvents. Of a string, array or object `end` gets the
  // whole.
  void begin(Kind kind);
  void text(std::string_view piece);
  void key(std::string_view name);
  void scalar(const Json& value);
  void end(const Json& value);

  // Once this is set nothing that follows can make the value valid.
  const std::optional<schema::Violation>& violation() const { return violation_; }

  // A violation of something other than the rules, at the value that is open.
  void refuse(std::string message);

  // Where the value that is open stands: "tags[1]".
  std::string place() const { return place_of(levels_.size()); }

 private:
  enum class Verdict : std::uint8_t { kOpen, kValid, kInvalid };
  struct Group {
    std::size_t alive = 0, valid = 0;
    std::optional<schema::Violation> of_first;
  };
  struct Check {
    const Rule* rule = nullptr;
    Check* parent = nullptr;
    std::size_t depth = 0;  // Of its level.
    int group = -1;         // Of the parent's; -1: the parent needs it.
    bool is_first = false;  // In that group.
    Verdict verdict = Verdict::kOpen;
    std::vector<Group> groups;
    std::vector<const Json*> choices;             // Strings among them that may still be meant.
    std::unique_ptr<std::set<std::string>> seen;  // Elements, when they must differ.
  };
  struct Level {
    Kind kind = Kind::kNull;
    std::vector<std::unique_ptr<Check>> checks;  // A check stands before those that it began.
    std::vector<Check*> of_text;                 // Those that look at each piece of a string.
    std::size_t count = 0;                       // Elements or members begun; characters of text.
    std::size_t bytes = 0;                       // Of text.
    std::string name;                            // Of the member that is open.
    std::vector<std::pair<Check*, const Rule*>> next;  // What its value must fit.
  };

  void add(const Rule& rule, Check* parent, int group, bool is_first);
  void expand(Check& check);
  bool repeats_itself(const Check& check) const;
  void look_at_kind(Check& check);
  void next_element(Level& level);
  void settle(const Json& value);
  void settle(Check& check, const Json& value);
  void settle_number(Check& check, const Json& value);
  void settle_array(Check& check, const Json& value);
  void settle_object(Check& check, const Json& value);
  void settle_groups(Check& check, const Json& value);
  void note_element(const Json& value);
  void at_least(Check& check, const std::optional<double>& bound, std::size_t count,
                std::string_view unit);
  void at_most(Check& check, const std::optional<double>& bound, std::size_t count,
               std::string_view unit);
  void fail(Check& check, std::string message);
  void fail(Check& check, schema::Violation violation);
  std::string place_of(std::size_t depth) const;

  std::shared_ptr<const Rules> rules_;
  std::vector<Level> levels_;  // Of the values that are open, the outermost first.
  std::vector<Level> spare_;   // Levels that were left: what they hold is used again.
  std::optional<schema::Violation> violation_;
};

}  // namespace tactus::partial
