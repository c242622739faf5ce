// Boost.JSON under our names, with the few helpers every module needs. No I/O.
#pragma once

#include <boost/json.hpp>

#include <tactus/base/error.hpp>

namespace tactus {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

// One JSON document, nothing after it. Fails with kJson naming the byte position. Depth at most
// 200.
Result<Json> parse_json(std::string_view text);

enum class JsonForm : std::uint8_t { kCompact, kPretty };  // kPretty: two spaces a level.

// The text of `value`; object keys in their own order, non-ASCII as UTF-8. A double is written in
// its shortest form that reads back as the same double: 5.0 as "5.0", never as an integer.
std::string dump_json(const Json& value, JsonForm form = JsonForm::kCompact);

// Appends `text` as a JSON string literal with its quotes. `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

// The member of that name if `value` is an object that has it, else null.
const Json* find_member(const Json& value, std::string_view key);

// The member's text / number / flag if it is there and of that kind, else `fallback`. Views live as
// long as `value`.
std::string_view string_member(const Json& value, std::string_view key,
                               std::string_view fallback = {});
std::int64_t int_member(const Json& value, std::string_view key, std::int64_t fallback = 0);
double double_member(const Json& value, std::string_view key, double fallback = 0);
bool bool_member(const Json& value, std::string_view key, bool fallback = false);

}  // namespace tactus
