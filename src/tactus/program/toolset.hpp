// The Lua object of a set of tools. All functions run inside protected mode. Uses: program.
#pragma once

#include <memory>

#include <tactus/program/program.hpp>

namespace tactus::program {

// Pushes an object that stands for the toolset: it prints as "toolset NAME" and may stand in lists
// of tools. `.tools` lists the names of the tools where the declaration alone tells them; otherwise
// it calls the function given to `set_toolset_loader`, and without one raises kPhase. [-0, +1, e]
void push_toolset(lua_State* state, std::shared_ptr<const ToolsetDeclaration> toolset);

// What the object at `index` stands for; null when it is none. [-0, +0, -]
std::shared_ptr<const ToolsetDeclaration> toolset_at(lua_State* state, int index);

// Takes the function on top, which gets such an object and returns the names of its tools. It may
// wait. [-1, +0, e]
void set_toolset_loader(lua_State* state);

}  // namespace tactus::program
