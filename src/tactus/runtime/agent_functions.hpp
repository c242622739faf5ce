// What an agent's own functions, `system_prompt` and `prepare`, have returned to a turn or a
// report.
#pragma once

#include <tactus/runtime/agent.hpp>

struct lua_State;

namespace tactus::runtime {

// The upper `count` values of the stack are results of `system_prompt`: a text, or nothing, which
// leaves `prompt` as it is. Fails with kValidation.
Result<void> take_prompt(const Agent& agent, lua_State* state, int count, std::string& prompt);
// The same of `prepare`: a table with names, or nothing. Fails with kValidation, kJson.
Result<void> take_prepared(const Agent& agent, lua_State* state, int count, JsonObject& prepared);

}  // namespace tactus::runtime
