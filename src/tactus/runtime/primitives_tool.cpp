// Tool, Tools (language.md 11).
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

const ToolRecord* last_record(const Realm& realm, const std::string& name) {
  for (auto record = realm.tool_records.rbegin(); record != realm.tool_records.rend(); ++record) {
    if (record->name == name) return &*record;
  }
  return nullptr;
}

JsonObject record_json(const ToolRecord& record) {
  JsonObject object{{"name", record.name},
                    {"args", record.args},
                    {"result", record.result},
                    {"ok", record.ok},
                    {"timestamp", record.timestamp}};
  if (!record.error.empty()) object["error"] = record.error;
  if (!record.agent.empty()) object["agent"] = record.agent;
  return object;
}

int tool_called(lua_State* L) {
  lua_pushboolean(
      L, last_record(realm_of(L), check_text(L, first_argument(L), "Tool.called")) != nullptr);
  return 1;
}

int tool_call_count(lua_State* L) {
  const int at = first_argument(L);
  const Realm& realm = realm_of(L);
  if (lua_isnoneornil(L, at)) {
    lua_pushinteger(L, static_cast<lua_Integer>(realm.tool_records.size()));
    return 1;
  }
  const std::string name = check_text(L, at, "Tool.get_call_count");
  lua_Integer count = 0;
  for (const ToolRecord& record : realm.tool_records) count += record.name == name;
  lua_pushinteger(L, count);
  return 1;
}

int tool_last_call(lua_State* L) {
  const ToolRecord* record =
      last_record(realm_of(L), check_text(L, first_argument(L), "Tool.last_call"));
  if (!record) return 0;
  return push_value(L, Json(record_json(*record)));
}

int tool_last_result(lua_State* L) {
  const ToolRecord* record =
      last_record(realm_of(L), check_text(L, first_argument(L), "Tool.last_result"));
  if (!record) return 0;
  return push_value(L, record->result);
}

int tool_all_calls(lua_State* L) {
  JsonArray calls;
  for (const ToolRecord& record : realm_of(L).tool_records) calls.push_back(record_json(record));
  return push_value(L, Json(std::move(calls)));
}

int tool_reset(lua_State* L) {
  run_of(L).reset_tool_records(task_of(L));
  return 0;
}

// The events of a call that the program recorded by hand.
void append_recorded_call(Run& run, const ToolRecord& record) {
  const std::string call_id = run.unique_call_id("", "x");
  const auto event = [&](std::string_view stage) {
    return JsonObject{{"parent", nullptr},
                      {"tool_call_id", call_id},
                      {"tool_name", record.name},
                      {"stage", stage}};
  };
  run.append(journal::EventType::kAgentToolCall, event("started"));
  JsonObject executing = event("executing");
  executing["arguments"] = record.args;
  run.append(journal::EventType::kAgentToolCall, std::move(executing));
  JsonObject completed = event("completed");
  completed["result"] = record.result;
  completed["duration_ms"] = 0;
  run.append(journal::EventType::kAgentToolCall, std::move(completed));
}

int tool_record_call(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "Tool.record_call");
  const int at = first_argument(L);
  lua_settop(L, at + 2);
  ToolRecord record;
  record.name = check_text(L, at, "Tool.record_call");
  record.args = check_json(L, at + 1, "args", "recorded");
  record.result = check_json(L, at + 2, "result", "recorded");
  record.timestamp = format_time(task_of(L).scope->clock);
  if (!run.replaying(task_of(L))) append_recorded_call(run, record);
  run.add_tool_record(task_of(L), std::move(record));
  return 0;
}

// Tools.NAME(args); upvalues: run, name.
int tools_call(lua_State* L) {
  Run& run = run_of(L);
  const std::string name = lua_tostring(L, lua_upvalueindex(2));
  check_running(L, run, "calling a tool");
  lua_settop(L, 1);
  Json args = check_json(L, 1, name, "passed to a tool");
  RunTask& task = task_of(L);
  return vm::await(L, [&run, &task, name, args]() -> boost::asio::awaitable<Result<vm::Pusher>> {
    auto tool = co_await resolve_tool(tool_scope(run, task), name);
    if (!tool) co_return fail(tool.error());
    auto value = co_await run.call_tool_directly(task, std::move(*tool), args);
    if (!value) co_return fail(value.error());
    co_return vm::Pusher(
        [value = std::move(*value)](lua_State* state) { return push_value(state, value); });
  });
}

int tools_index(lua_State* L) {
  Run& run = run_of(L);
  const std::string name = check_text(L, 2, "Tools");
  lua_pushlightuserdata(L, &run);
  push_text(L, name);
  lua_pushcclosure(L, vm::guarded<tools_call>, 2);
  return 1;
}

}  // namespace

void open_tool_library(lua_State* L, Run& run) {
  open_library(L, run, "Tool",
               {{"called", vm::guarded<tool_called>},
                {"get_call_count", vm::guarded<tool_call_count>},
                {"last_call", vm::guarded<tool_last_call>},
                {"last_result", vm::guarded<tool_last_result>},
                {"get_all_calls", vm::guarded<tool_all_calls>},
                {"reset", vm::guarded<tool_reset>},
                {"record_call", vm::guarded<tool_record_call>}});
  lua_createtable(L, 0, 0);
  lua_createtable(L, 0, 2);
  vm::set_function(L, "__index", vm::guarded<tools_index>, &run);
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_setglobal(L, "Tools");
}

}  // namespace tactus::runtime
