#include <lua.hpp>

#include <tactus/runtime/agent_functions.hpp>
#include <tactus/runtime/realm.hpp>
#include <tactus/vm/bridge.hpp>

namespace tactus::runtime {
namespace {

Result<void> wrong_value(const Agent& agent, std::string_view key, std::string_view wanted,
                         std::string_view given) {
  Error error;
  error.code = ErrorCode::kValidation;
  error.message = fmt::format("agent '{}': `{}` must return {}, not a {}", agent.declaration->name,
                              key, wanted, given);
  error.place = place_of(agent);
  return fail(std::move(error));
}

}  // namespace

Result<void> take_prompt(const Agent& agent, lua_State* state, int count, std::string& prompt) {
  if (count == 0 || lua_isnil(state, -count)) return {};
  if (lua_istable(state, -count) || lua_isfunction(state, -count))
    return wrong_value(agent, "system_prompt", "a text", luaL_typename(state, -count));
  prompt = vm::to_display_text(state, -count);
  return {};
}

Result<void> take_prepared(const Agent& agent, lua_State* state, int count, JsonObject& prepared) {
  if (count == 0) return {};
  vm::ToJsonOptions options;
  options.path = "prepared";
  const auto value = vm::to_json(state, -count, options);
  if (!value) return fail(value.error());
  if (value->is_object()) {
    prepared = value->get_object();
    return {};
  }
  const bool is_nothing = value->is_null() || (value->is_array() && value->get_array().empty());
  if (is_nothing) return {};
  return wrong_value(agent, "prepare", "a table with names",
                     value->is_array() ? "list" : "value that is no table");
}

}  // namespace tactus::runtime
