// How the runtime's Lua functions find their run and read their arguments. For .cpp files of this
// module only. Uses: Lua.
#pragma once

#include <functional>
#include <span>
#include <string>

#include <lua.h>

#include <tactus/runtime/run.hpp>
#include <tactus/vm/guarded.hpp>

namespace tactus::runtime {

// The run a binding belongs to: its upvalue 1.
inline Run& run_of(lua_State* L) {
  return *static_cast<Run*>(lua_touserdata(L, lua_upvalueindex(1)));
}

// The task that is executing the binding.
inline RunTask& task_of(lua_State* L) { return task_of(L, run_of(L)); }
// What the primitives of the calling task's file work on.
inline Realm& realm_of(lua_State* L) { return run_of(L).realm_of(task_of(L)); }

// Text at `index`, which must be a string or number. Raises kOption naming the function.
std::string check_text(lua_State* L, int index, const char* function);
// The value at `index` as JSON for storing. Raises what the bridge says.
Json check_json(lua_State* L, int index, const std::string& path, const char* what);
// Raises an error at the line of the program that calls.
[[noreturn]] void refuse(lua_State* L, ErrorCode code, std::string message, std::string hint = {});
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
// Waits for an operation and returns its value. Use as `return await_json(L, operation);`.
int await_json(lua_State* L, std::function<boost::asio::awaitable<Result<Json>>()> operation);
// Raises kOption for a key of the table at `index` that is none of `known`, naming the closest.
void check_known_keys(lua_State* L, int index, std::span<const std::string_view> known,
                      const char* function);

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
void open_durable_library(lua_State* L, Run& run);  // Step, checkpoint, Checkpoint, Sleep, Retry.
void open_procedure_library(lua_State* L, Run& run);
void open_human_library(lua_State* L, Run& run);
void open_file_library(lua_State* L, Run& run);
void open_toolset_loading(lua_State* L, Run& run);  // `.tools` of toolsets.
void open_history_library(lua_State* L, Run& run);  // MessageHistory, Session.

// Installs State, Tool, Stop, Iterations, Stage, Log, print, Tools, context … into the run's
// interpreter.
Result<void> install_primitives(Run& run);
// The globals `input`, `params`, `state`, `context`, resolved at each access.
void install_invocation_globals(lua_State* state, Run& run);
// Pushes the Result object of a turn (language.md 9). [-0, +1, e]
void push_turn_result(lua_State* state, std::shared_ptr<const TurnResult> result);
// Pushes what Agent.stream gives: the stream, and the rest of what a generic `for` takes. Returns
// how many. [-0, +4, e]
int push_turn_stream(lua_State* state, std::shared_ptr<TurnStream> stream);
// Reads the arguments of `turn` from the stack (language.md 4.5). Raises kOption.
TurnOptions read_turn_options(lua_State* state, int first);
// Where the task's file looks up tools.
ToolScope tool_scope(Run& run, RunTask& task);

}  // namespace tactus::runtime
