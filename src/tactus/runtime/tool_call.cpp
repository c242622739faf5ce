// Running a Lua tool's handler, for a model's call and for the program's own.
#include <lua.h>

#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

// ctx.progress(message[, fraction]); upvalues: run, call id, tool name, agent name, turn id.
int progress(lua_State* L) {
  Run& run = run_of(L);
  const int first = lua_type(L, 1) == LUA_TTABLE ? 2 : 1;  // ctx:progress(…) is the same.
  const auto text = [&](int index) {
    return std::string(lua_tostring(L, lua_upvalueindex(index)));
  };
  auto scope = std::make_shared<journal::TurnScope>();
  scope->agent_name = text(4);
  scope->turn_id = text(5);
  scope->parent = run.current_parent();
  JsonObject body;
  body["tool_call_id"] = text(2);
  body["tool_name"] = text(3);
  body["stage"] = "progress";
  body["message"] = vm::to_display_text(L, first);
  if (lua_isnumber(L, first + 1)) body["fraction"] = lua_tonumber(L, first + 1);
  run.append(journal::EventType::kAgentToolCall, std::move(body),
             scope->turn_id.empty() ? nullptr : scope);
  return 0;
}

struct CallContext {
  std::string agent, call_id, turn_id, tool;
};

void push_context(lua_State* L, Run& run, const CallContext& context) {
  lua_createtable(L, 0, 5);
  const auto set = [&](const char* key, const std::string& value) {
    lua_pushlstring(L, value.data(), value.size());
    lua_setfield(L, -2, key);
  };
  set("agent", context.agent);
  set("call_id", context.call_id);
  set("turn", context.turn_id);
  lua_pushlightuserdata(L, &run);
  for (const std::string* text :
       {&context.call_id, &context.tool, &context.agent, &context.turn_id}) {
    lua_pushlstring(L, text->data(), text->size());
  }
  lua_pushcclosure(L, vm::guarded<progress>, 5);
  lua_setfield(L, -2, "progress");
}

}  // namespace

boost::asio::awaitable<Result<Json>> Run::call_tool(
    std::shared_ptr<const program::ToolDeclaration> tool, Json args, const std::string& agent,
    const std::string& call_id, const std::string& turn_id) {
  const CallContext context{agent, call_id, turn_id, tool->name};
  push_parent(call_id);
  Result<Json> value = Json(nullptr);
  vm::ToJsonOptions options;
  options.path = tool->name;
  options.what = "returned by a tool";
  const auto called = co_await vm_->run_task(
      tool->handler,
      [&](lua_State* L) {
        vm::push_json(L, args);
        push_context(L, *this, context);
        return 2;
      },
      [&](lua_State* L, int count) {
        if (count > 0) value = vm::to_json(L, -count, options);
      });
  pop_parent();
  if (!called) co_return fail(called.error());
  co_return value;
}

boost::asio::awaitable<Result<Json>> Run::call_tool_directly(
    std::shared_ptr<const program::ToolDeclaration> tool, Json args) {
  if (args.is_null() || (args.is_array() && args.get_array().empty())) args = JsonObject{};
  std::vector<std::string> unknown;
  schema::coerce_arguments(tool->parameters, args);
  const auto violations =
      schema::validate(tool->parameters, args, tool->parameters.empty() ? nullptr : &unknown);
  if (!violations.empty()) {
    co_return fail(ErrorCode::kToolArgs, fmt::format("invalid arguments for tool '{}': {}",
                                                     tool->name, schema::describe(violations)));
  }
  const std::string call_id = unique_call_id("", "x");
  const auto event = [&](std::string_view phase) {
    const std::string parent = current_parent();
    return JsonObject{{"parent", parent.empty() ? Json(nullptr) : Json(parent)},
                      {"tool_call_id", call_id},
                      {"tool_name", tool->name},
                      {"stage", phase}};
  };
  append(journal::EventType::kAgentToolCall, event("started"));
  JsonObject executing = event("executing");
  executing["arguments"] = args;
  append(journal::EventType::kAgentToolCall, std::move(executing));
  const SteadyTime begun = clock().steady();
  auto outcome = co_await call_tool(tool, args, "", call_id, "");
  JsonObject end = event(outcome ? "completed" : "failed");
  end[outcome ? "result" : "error"] = outcome ? *outcome : Json(outcome.error().message);
  end["duration_ms"] =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock().steady() - begun).count();
  append(journal::EventType::kAgentToolCall, std::move(end));
  tools_used.insert(tool->name);
  ToolRecord record;
  record.name = tool->name;
  record.timestamp = format_time(clock().wall());
  record.args = std::move(args);
  record.ok = outcome.has_value();
  if (outcome) {
    record.result = *outcome;
  } else {
    record.error = outcome.error().message;
  }
  tool_records.push_back(std::move(record));
  co_return outcome;
}

}  // namespace tactus::runtime
