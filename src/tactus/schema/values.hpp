// Small questions about JSON values, shared by the checks of this module and of `partial`, which
// must answer them alike.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/schema/schema.hpp>

namespace tactus::schema {

// "integer 5", "string \"abc\"", "array": for messages; long texts are shortened.
std::string show(const Json& value);

// Deep equality in which 5 and 5.0 are the same number.
bool same_value(const Json& a, const Json& b);

// The value as a 64-bit integer if it is one, or a float with an integral value in range.
std::optional<std::int64_t> integral(const Json& value);

// The numeric value of a number; 0 for anything else.
double as_double(const Json& value);

bool is_integer_kind(const Json& value);

// Whether `number` is a multiple of `step`; of a step that is not positive everything is.
bool is_multiple(double number, double step);

// What an RFC 6901 pointer ("/$defs/x", escaped as in a URI fragment too) leads to; null if
// nothing.
const Json* find_by_pointer(const JsonObject& root, std::string_view pointer);

// Lua's numeral rules (decimal, hexadecimal, exponent; surrounding blanks allowed): an integer, or
// a finite float; nothing if `text` is not a numeral.
std::optional<Json> parse_numeral(std::string_view text);

// "a.b" from "a" and "b"; "b" from "" and "b".
std::string member_path(const std::string& path, std::string_view name);
std::string index_path(const std::string& path, std::size_t index);

// `"a", "b", 3`.
template <typename Values>
std::string show_list(const Values& values) {
  std::string text;
  for (const Json& value : values) {
    if (!text.empty()) text += ", ";
    text += dump_json(value);
  }
  return text;
}

// Whether `pattern` matches somewhere in `text` (both UTF-8, matched by character). Nothing if the
// pattern is malformed or too complex for this text.
std::optional<bool> pattern_matches(const std::string& pattern, std::string_view text);
bool pattern_is_valid(const std::string& pattern);

}  // namespace tactus::schema
