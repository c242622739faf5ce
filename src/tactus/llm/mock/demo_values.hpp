// Fills JSON Schemas with valid values that fit the conversation. Pure. Uses: the conversation and
// its words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/llm/mock/demo_chance.hpp>
#include <tactus/llm/mock/demo_conversation.hpp>

namespace tactus::llm::mock {

// Which members beyond the required ones an object gets.
enum class Fill : std::uint8_t { kEverything, kOnlyWhatIsSaid };

// Draws values for one object of a schema; numbers and quoted texts of the conversation are each
// used once, in order.
class ValueSource {
 public:
  // `conversation` and `chance` must outlive the source.
  ValueSource(const Conversation& conversation, Chance& chance, Fill fill);

  // A value valid for `schema`: type (also lists), enum, const, anyOf/oneOf/allOf, local $ref,
  // properties, required, items, prefixItems, lengths, bounds, multipleOf, uniqueItems, format and
  // simple patterns. Unknown keywords are ignored.
  Json value(const JsonObject& schema);

 private:
  Json make(const JsonObject& schema, std::string_view name, int depth);
  Json object(const JsonObject& schema, int depth);
  Json array(const JsonObject& schema, std::string_view name, int depth);
  Json number(const JsonObject& schema, std::string_view name, bool integral);
  std::string text(const JsonObject& schema, std::string_view name);
  std::string text_for_name(std::string_view name);
  std::string fit_length(const JsonObject& schema, std::string text);
  bool is_said(const JsonObject& schema, std::string_view name);
  const JsonObject& resolve(const JsonObject& schema) const;
  std::string sentence();
  std::string next_keyword();

  const Conversation& conversation_;
  Chance& chance_;
  Fill fill_;
  const JsonObject* root_ = nullptr;
  std::string said_;
  std::string topic_;
  std::vector<std::string> keywords_, quoted_, names_;
  std::vector<double> numbers_;
  std::size_t next_keyword_ = 0, next_quoted_ = 0, next_name_ = 0, next_number_ = 0,
              next_sentence_ = 0;
};

// A text that the regular expression `pattern` accepts, for the common subset: literals, classes,
// groups, alternation, quantifiers, anchors. Empty optional when the pattern uses more than that.
std::optional<std::string> text_for_pattern(std::string_view pattern, Chance& chance);

}  // namespace tactus::llm::mock
