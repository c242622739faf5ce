// Errors of the runtime as Lua sees them (language.md 17): tables with a shared, protected
// metatable. Private to the module; the public functions are in vm.hpp.
#pragma once

#include <string>

struct lua_State;

namespace tactus::vm {

bool is_error_object(lua_State* state, int index);

// "file:line: message [CODE]" from the object's present fields. May raise (memory). The stack is as
// before afterwards.
std::string error_object_text(lua_State* state, int index);

}  // namespace tactus::vm
