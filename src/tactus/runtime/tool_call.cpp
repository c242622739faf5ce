// Running what stands behind a tool, for a model's call and for the program's own.
#include <lua.h>

#include <tactus/base/utf8.hpp>
#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {
namespace {

// A call holds native memory that the script's cap does not see.
constexpr std::size_t kToolDepthMax = 50;

// What the events of one call have in common, for `ctx.progress`. Collected by Lua with the
// context.
struct CallContext {
  std::string call_id, tool;
  journal::TurnScopePtr scope;  // Null: called by the program itself.
  std::string parent;           // Without a scope.
};

// An event of a call that belongs to no turn says itself what it is nested in.
JsonObject call_event(const CallContext& call, std::string_view stage) {
  JsonObject body{{"tool_call_id", call.call_id}, {"tool_name", call.tool}, {"stage", stage}};
  if (!call.scope) body["parent"] = call.parent.empty() ? Json(nullptr) : Json(call.parent);
  return body;
}

void tell_watch(const RunTask& task, const std::string& call_id, const JsonObject& event) {
  const auto found = task.call_watches.find(call_id);
  if (found != task.call_watches.end()) found->second(event);
}

CallContext& context_at(lua_State* L, int index) {
  return *static_cast<CallContext*>(lua_touserdata(L, index));
}

int collect_context(lua_State* L) {
  context_at(L, 1).~CallContext();
  return 0;
}

// ctx.progress(message[, fraction]); upvalues: run, context.
int progress(lua_State* L) {
  Run& run = run_of(L);
  const CallContext& call = context_at(L, lua_upvalueindex(2));
  if (!run.is_executing(call.call_id)) return 0;  // Kept beyond its call: nothing follows the end.
  const int first = lua_type(L, 1) == LUA_TTABLE ? 2 : 1;  // ctx:progress(…) is the same.
  JsonObject body = call_event(call, "progress");
  body["message"] = vm::to_display_text(L, first);
  if (lua_isnumber(L, first + 1)) body["fraction"] = lua_tonumber(L, first + 1);
  tell_watch(task_of(L), call.call_id, body);
  run.append(journal::EventType::kAgentToolCall, std::move(body), call.scope);
  return 0;
}

void push_context(lua_State* L, Run& run, RunTask& task, CallContext call) {
  lua_createtable(L, 0, 5);
  const auto set = [&](const char* key, const std::string& value) {
    push_text(L, value);
    lua_setfield(L, -2, key);
  };
  set("agent", call.scope ? call.scope->agent_name : "");
  set("call_id", call.call_id);
  set("turn", call.scope ? call.scope->turn_id : "");
  push_dependencies(L, run, task);
  lua_setfield(L, -2, "deps");
  lua_pushlightuserdata(L, &run);
  // Allocate, construct, then the metatable: __gc never meets raw memory.
  new (lua_newuserdatauv(L, sizeof(CallContext), 0)) CallContext(std::move(call));
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, vm::guarded<collect_context>);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_pushcclosure(L, vm::guarded<progress>, 2);
  lua_setfield(L, -2, "progress");
}

// What a failed handler raises in the program that called the tool. What ends the task, and what
// already speaks of a tool, stays as it is.
Error tool_failure(const std::string& tool, Error error) {
  switch (error.code) {
    case ErrorCode::kCancelled:
    case ErrorCode::kSandboxCpu:
    case ErrorCode::kBudget:
    case ErrorCode::kReplayMismatch:
    case ErrorCode::kDeterminism:
    case ErrorCode::kDepth:
    case ErrorCode::kToolFailed:
    case ErrorCode::kToolArgs:
    case ErrorCode::kToolNotFound:
    case ErrorCode::kToolTimeout:
      return error;
    default:
      break;
  }
  error.message = fmt::format("tool '{}' failed: {}", tool, error.message);
  error.code = ErrorCode::kToolFailed;
  return error;
}

Json done_reason(const Json& args) {
  return Json(std::string(string_member(args, "reason", "Task completed")));
}

boost::asio::awaitable<Result<Json>> call_handler(Run& run, RunTask& task, const ToolBinding& tool,
                                                  Json args, const std::string& call_id,
                                                  const journal::TurnScopePtr& scope) {
  // Its own id is the innermost parent by now.
  const std::string parent =
      task.parents.size() > 1 ? task.parents[task.parents.size() - 2] : std::string();
  const CallContext context{call_id, tool.name, scope, parent};
  Result<Json> value = Json(nullptr);
  vm::ToJsonOptions options;
  options.path = tool.name;
  options.what = "returned by a tool";
  const auto called = co_await run.vm().run_task(
      tool.lua->handler,
      [&](lua_State* L) {
        vm::push_json(L, args);
        push_context(L, run, task, context);
        return 2;
      },
      [&](lua_State* L, int count) {
        if (count > 0) value = vm::to_json(L, -count, options);
      },
      &task);
  if (!called) co_return fail(called.error());
  co_return value;
}

boost::asio::awaitable<Result<Json>> call_native(Run& run, RunTask& task, const ToolBinding& tool,
                                                 Json args, std::string call_id,
                                                 journal::TurnScopePtr scope) {
  const CallContext context{std::move(call_id), tool.name, std::move(scope), task.parent()};
  const auto progress = [&run, &task, context](std::string message,
                                               std::optional<double> fraction) {
    JsonObject body = call_event(context, "progress");
    body["message"] = repair_utf8(message);
    if (fraction) body["fraction"] = *fraction;
    tell_watch(task, context.call_id, body);
    run.append(journal::EventType::kAgentToolCall, std::move(body), context.scope);
  };
  co_return co_await tool.native->call(std::move(args), progress);
}

// The call with its events, those that an earlier generation has not told.
boost::asio::awaitable<Result<Json>> report_tool_call(Run& run, RunTask& task,
                                                      const ToolBinding& tool, Json args,
                                                      std::string identity) {
  const auto known =
      LogTrace::identity_of(identity, run.trace().tool_calls, run.parts().record.generation);
  const CallContext call{known.id, tool.name, nullptr, task.parent()};
  if (known.told.empty())
    run.append(journal::EventType::kAgentToolCall, call_event(call, "started"));
  if (known.told.empty() || known.told == "started") {
    JsonObject executing = call_event(call, "executing");
    executing["arguments"] = args;
    run.append(journal::EventType::kAgentToolCall, std::move(executing));
  }
  const SteadyTime begun = run.clock().steady();
  Result<Json> outcome = co_await run.call_tool(task, tool, std::move(args), call.call_id, nullptr);
  if (run.interrupted() || known.told == "completed") co_return outcome;
  JsonObject end = call_event(call, outcome ? "completed" : "failed");
  end[outcome ? "result" : "error"] = outcome ? *outcome : Json(outcome.error().message);
  end["duration_ms"] =
      std::chrono::duration_cast<std::chrono::milliseconds>(run.clock().steady() - begun).count();
  run.append(journal::EventType::kAgentToolCall, std::move(end));
  co_return outcome;
}

}  // namespace

boost::asio::awaitable<Result<Json>> Run::call_tool(RunTask& task, const ToolBinding& tool,
                                                    Json args, const std::string& call_id,
                                                    const journal::TurnScopePtr& scope) {
  if (tool.is_done()) {
    set_stop(task, {true, std::string(done_reason(args).as_string()),
                    bool_member(args, "success", true)});
    co_return done_reason(args);
  }
  if (tool.native)
    co_return co_await call_native(*this, task, tool, std::move(args), call_id, scope);
  if (task.tool_depth >= kToolDepthMax) {
    co_return fail(Error{ErrorCode::kDepth,
                         fmt::format("tools call each other more than {} deep", kToolDepthMax),
                         "end the recursion earlier",
                         {},
                         ""});
  }
  task.parents.push_back(call_id);
  executing_.insert(call_id);
  ++task.tool_depth;
  Result<Json> value = Json(nullptr);
  if (tool.procedure) {
    JsonObject inputs = args.is_object() ? args.get_object() : JsonObject{};
    Callee callee(tool.procedure);
    value = co_await invoke(task, std::move(callee), std::move(inputs));
  } else {
    value = co_await call_handler(*this, task, tool, std::move(args), call_id, scope);
  }
  task.parents.pop_back();
  executing_.erase(call_id);
  --task.tool_depth;
  co_return value;
}

boost::asio::awaitable<Result<Json>> Run::call_tool_directly(RunTask& task, ToolBinding tool,
                                                             Json args) {
  if (args.is_null() || (args.is_array() && args.get_array().empty())) args = JsonObject{};
  const schema::Schema& parameters = tool.parameters();
  schema::coerce_arguments(parameters, args);
  std::vector<std::string> unknown;
  const auto violations =
      schema::validate(parameters, args, parameters.empty() ? nullptr : &unknown);
  if (!violations.empty()) {
    co_return fail(ErrorCode::kToolArgs, fmt::format("invalid arguments for tool '{}': {}",
                                                     tool.name, schema::describe(violations)));
  }
  EntryHead head;
  head.type = "tool_call";
  head.name = tool.name;
  head.input = args;
  const EntryBody body = [&](OpenEntry& open) -> boost::asio::awaitable<Result<Json>> {
    co_return co_await report_tool_call(*this, task, tool, args, "x" + open.entry.position);
  };
  Result<Json> outcome = co_await recorded(task, std::move(head), body);
  ToolRecord record;
  record.name = tool.name;
  record.timestamp = format_time(task.scope->clock);
  record.args = std::move(args);
  record.ok = outcome.has_value();
  if (outcome) {
    record.result = *outcome;
  } else {
    record.error = outcome.error().message;
  }
  add_tool_record(task, std::move(record));
  if (!outcome) co_return fail(tool_failure(tool.name, outcome.error()));
  co_return outcome;
}

}  // namespace tactus::runtime
