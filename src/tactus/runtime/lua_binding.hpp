// How the runtime's Lua functions find their run and read their arguments. For .cpp files of this
// module only. Uses: Lua.
#pragma once

#include <string>

#include <lua.h>

#include <tactus/runtime/run.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::runtime {

// The run a binding belongs to: its upvalue 1.
inline Run& run_of(lua_State* L) {
  return *static_cast<Run*>(lua_touserdata(L, lua_upvalueindex(1)));
}

// Text at `index`, which must be a string or number. Raises kOption naming the function.
std::string check_text(lua_State* L, int index, const char* function);
// The value at `index` as JSON for storing. Raises what the bridge says.
Json check_json(lua_State* L, int index, const std::string& path, const char* what);
// Raises kPhase while the file is being declared.
void check_running(lua_State* L, const Run& run, const char* what);
// 1, or 2 when the function was called with a colon on the table that holds it.
int first_argument(lua_State* L);
// Pushes `value` as JSON and returns 1.
int push_value(lua_State* L, const Json& value);
inline void push_text(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

// Pushes the chunk that on_chunk gets; `fields` has a `text`. [-0, +1, e]
void push_chunk(lua_State* L, JsonObject fields);
// Raises `error` with more fields than an error has by itself (`partial`, `attempts` …).
[[noreturn]] void raise_with(lua_State* L, Error error, const JsonObject& fields);

// One function of a library table.
struct Function {
  const char* name;
  lua_CFunction function;
};
// Sets the global `name` to a table of `functions`, marked so that first_argument recognises a
// colon call. [-0, +0, e]
void open_library(lua_State* L, Run& run, const char* name,
                  std::initializer_list<Function> functions);

void open_state_library(lua_State* L, Run& run);
void open_tool_library(lua_State* L, Run& run);
void open_flow_library(lua_State* L, Run& run);  // Stop, Iterations, Stage.
void open_log_library(lua_State* L, Run& run);
void open_environment_library(lua_State* L, Run& run);  // env.
void open_system_library(lua_State* L, Run& run);

}  // namespace tactus::runtime
