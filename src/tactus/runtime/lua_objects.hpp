// The Lua objects that stand for agents, tools and procedures. For .cpp files of this module only.
// Uses: Lua.
#pragma once

#include <optional>
#include <string>

struct lua_State;

namespace tactus::runtime {

struct Agent;

// The declared name of the tool or procedure object at `index`, or nothing.
std::optional<std::string> declared_name(lua_State* state, int index);

// The agent behind the object at `index`; null when it is none. [-0, +0, e]
Agent* agent_object(lua_State* state, int index);

}  // namespace tactus::runtime
