// Reads the values of options from Lua: those that declarations and turns have in common. Errors
// are kValidation with a hint, and `path` says where inside the value ("text", "[2].handler"). All
// functions run inside protected mode and leave the stack as it was. Uses: program.
#pragma once

#include <tactus/program/program.hpp>

namespace tactus::program {

// `stream` (language.md 8.1): true, false, "text", or a table of fields.
Result<StreamSetting> read_stream_setting(lua_State* state, int index);

// A `tools` or `toolsets` list (language.md 6.2): names, objects, inline tables with a handler,
// tables that select from one of these.
Result<std::vector<ToolEntry>> read_tool_list(lua_State* state, int index);
// One entry of it; `path` says where it stands, for errors.
Result<ToolEntry> read_tool_entry(lua_State* state, int index, const std::string& path);

// A schema (language.md 2.3). With `warnings`, sentences about what is doubtful are added there.
Result<schema::Schema> read_schema(lua_State* state, int index, schema::Required required,
                                   std::vector<std::string>* warnings = nullptr);

// A duration in seconds: a number of seconds or "500ms", "90s", "15m", "24h", "2d".
Result<double> read_duration(lua_State* state, int index);

// `low` with everything that `high` says.
ModelSettings merge_settings(ModelSettings low, const ModelSettings& high);

// "string \"hot\"", "integer 3", "a table", "nothing": a value as messages name it.
std::string describe_value(lua_State* state, int index);

}  // namespace tactus::program
