// Inside the value bridge: what the Json library shares with to_json. Private to the module.
#pragma once

#include <string>

#include <tactus/base/json.hpp>

struct lua_State;

namespace tactus::vm {

enum class Mark : std::uint8_t { kNone, kArray, kObject };
Mark mark_of(lua_State* state, int index);
void set_mark(lua_State* state, int index, Mark mark);

}  // namespace tactus::vm
