// Inside the value bridge: what the Json library shares with to_json. Private to the module.
#pragma once

#include <string>

#include <tactus/base/json.hpp>

struct lua_State;

namespace tactus::vm {

enum class Mark : std::uint8_t { kNone, kArray, kObject };
Mark mark_of(lua_State* state, int index);
void set_mark(lua_State* state, int index, Mark mark);

// JSON text with 5 and 5.0 kept apart. Pretty: two spaces a level.
std::string encode_text(const Json& value, bool pretty);

}  // namespace tactus::vm
