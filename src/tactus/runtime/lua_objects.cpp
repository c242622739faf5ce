#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/lua_objects.hpp>
#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {
namespace {

// Every object is a full userdata that holds one pointer into its run, which outlives the
// interpreter's last script.
struct AgentObject {
  Agent* agent;
};
struct ToolObject {
  std::shared_ptr<const program::ToolDeclaration>* tool;  // In the run's own list.
};
struct ProcedureObject {
  std::shared_ptr<const program::ProcedureDeclaration>* procedure;
};

constexpr const char* kAgentKind = "agent";
constexpr const char* kToolKind = "tool";
constexpr const char* kProcedureKind = "procedure";

// Whether the value at `index` is one of our userdata of that kind.
bool is_kind(lua_State* L, int index, std::string_view kind) {
  if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return false;
  lua_getfield(L, -1, "__name");
  const bool same = lua_type(L, -1) == LUA_TSTRING && kind == lua_tostring(L, -1);
  lua_pop(L, 2);
  return same;
}

Agent& agent_at(lua_State* L, int index) {
  if (!is_kind(L, index, kAgentKind)) {
    Error error;
    error.code = ErrorCode::kOption;
    error.message = "this method must be called on an agent";
    error.hint = "write Agent.turn(…)";
    vm::raise(L, std::move(error));
  }
  return *static_cast<AgentObject*>(lua_touserdata(L, index))->agent;
}

// Members of agents are closures over (run, agent object): A.turn(o) and A:turn(o) are the same.
int first_after_self(lua_State* L) {
  return lua_rawequal(L, 1, lua_upvalueindex(2)) && lua_gettop(L) > 0 ? 2 : 1;
}

int agent_turn(lua_State* L) {
  Run& run = run_of(L);
  Agent& agent = agent_at(L, lua_upvalueindex(2));
  check_running(L, run, "a turn");
  RunTask& task = task_of(L);
  auto options = std::make_shared<TurnOptions>(read_turn_options(L, first_after_self(L)));
  const auto turn = [&run, &task, &agent, options]() -> boost::asio::awaitable<Result<vm::Pusher>> {
    auto result = co_await run.turn(task, agent, std::move(*options));
    if (!result) co_return fail(result.error());
    co_return vm::Pusher([result = std::move(*result)](lua_State* state) {
      push_turn_result(state, result);
      return 1;
    });
  };
  return vm::await(L, turn);
}

// Agent.stream(opts): nothing happens before the first step.
int agent_stream(lua_State* L) {
  Run& run = run_of(L);
  Agent& agent = agent_at(L, lua_upvalueindex(2));
  check_running(L, run, "a stream");
  return push_turn_stream(L,
                          std::make_shared<TurnStream>(run, task_of(L), agent,
                                                       read_turn_options(L, first_after_self(L))));
}

int agent_reset(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  run.reset_agent(task, run.agent_in(task, agent_at(L, lua_upvalueindex(2))));
  return 0;
}

void push_method(lua_State* L, Run& run, lua_CFunction function) {
  lua_pushlightuserdata(L, &run);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, function, 2);
}

int push_messages(lua_State* L, Agent& agent) {
  JsonArray messages;
  for (const HistoryMessage& message : history_of(task_of(L), agent))
    messages.push_back(to_json(message));
  return push_value(L, Json(std::move(messages)));
}

// What the last finished turn of an agent left (language.md 4.6); nil before the first.
int push_last(lua_State* L, const Agent& agent, std::string_view key) {
  if (!agent.last) return 0;
  if (key == "result") {
    push_turn_result(L, agent.last);
    return 1;
  }
  if (key == "content") {
    push_text(L, agent.last->text);
    return 1;
  }
  return push_value(L, agent.last->output());
}

int agent_index(lua_State* L) {
  Run& run = run_of(L);
  Agent& agent = run.agent_in(task_of(L), agent_at(L, 1));
  const std::string key = check_text(L, 2, "an agent's member");
  if (key == "turn") {
    push_method(L, run, vm::guarded<agent_turn>);
  } else if (key == "stream") {
    push_method(L, run, vm::guarded<agent_stream>);
  } else if (key == "reset") {
    push_method(L, run, vm::guarded<agent_reset>);
  } else if (key == "name") {
    push_text(L, agent.declaration->name);
  } else if (key == "provider" || key == "model") {
    const auto model = model_of(run, agent);
    if (!model) return 0;  // A turn says why.
    push_text(L, key == "provider" ? model->provider : model->model);
  } else if (key == "messages") {
    return push_messages(L, agent);
  } else if (key == "usage") {
    return push_value(L, Json(JsonObject{{"prompt_tokens", agent.usage.prompt_tokens},
                                         {"completion_tokens", agent.usage.completion_tokens},
                                         {"total_tokens", agent.usage.total_tokens}}));
  } else if (key == "result" || key == "output" || key == "data" || key == "content") {
    return push_last(L, agent, key);
  } else {
    return 0;
  }
  return 1;
}

// tool_object(args).
int tool_call(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "calling a tool");
  RunTask& task = task_of(L);
  const auto tool = *static_cast<ToolObject*>(lua_touserdata(L, 1))->tool;
  lua_settop(L, 2);
  Json args = check_json(L, 2, tool->name, "passed to a tool");
  return vm::await(L, [&run, &task, tool, args]() -> boost::asio::awaitable<Result<vm::Pusher>> {
    auto value = co_await run.call_tool_directly(task, lua_tool(tool, tool->name), args);
    if (!value) co_return fail(value.error());
    co_return vm::Pusher(
        [value = std::move(*value)](lua_State* state) { return push_value(state, value); });
  });
}

int invoke(lua_State* L, const ProcedureObject& object, int argument) {
  Run& run = run_of(L);
  check_running(L, run, "calling a procedure");
  RunTask& task = task_of(L);
  const auto procedure = *object.procedure;
  Json input = lua_isnoneornil(L, argument)
                   ? Json(JsonObject{})
                   : check_json(L, argument, "input", "passed to a procedure");
  if (input.is_array() && input.get_array().empty()) input = JsonObject{};
  if (!input.is_object()) {
    Error error;
    error.code = ErrorCode::kInput;
    error.message = fmt::format("procedure '{}' is called with a table of inputs", procedure->name);
    error.hint = fmt::format("write {}({{name = value}})", procedure->name);
    vm::raise(L, std::move(error));
  }
  return vm::await(L,
                   [&run, &task, procedure,
                    input = input.get_object()]() -> boost::asio::awaitable<Result<vm::Pusher>> {
                     Callee callee(procedure);
                     auto value = co_await run.invoke(task, std::move(callee), input);
                     if (!value) co_return fail(value.error());
                     co_return vm::Pusher([value = std::move(*value)](lua_State* state) {
                       return push_value(state, value);
                     });
                   });
}

int procedure_call(lua_State* L) {
  return invoke(L, *static_cast<ProcedureObject*>(lua_touserdata(L, 1)), 2);
}

int procedure_run(lua_State* L) {
  return invoke(L, *static_cast<ProcedureObject*>(lua_touserdata(L, lua_upvalueindex(2))),
                first_after_self(L));
}

int procedure_index(lua_State* L) {
  const auto& object = *static_cast<ProcedureObject*>(lua_touserdata(L, 1));
  const std::string key = check_text(L, 2, "a procedure's member");
  if (key == "run") {
    push_method(L, run_of(L), vm::guarded<procedure_run>);
  } else if (key == "name") {
    push_text(L, (*object.procedure)->name);
  } else {
    return 0;
  }
  return 1;
}

int tool_index(lua_State* L) {
  const auto& object = *static_cast<ToolObject*>(lua_touserdata(L, 1));
  if (check_text(L, 2, "a tool's member") != "name") return 0;
  push_text(L, (*object.tool)->name);
  return 1;
}

// "agent storyteller": addresses are never printed.
int object_text(lua_State* L) {
  const std::string kind = lua_tostring(L, lua_upvalueindex(1));
  const auto name = declared_name(L, 1);
  push_text(L, kind + " " + name.value_or("?"));
  return 1;
}

// Sets a fresh metatable on the userdata on top.
void set_object_metatable(lua_State* L, Run& run, const char* kind, lua_CFunction index,
                          lua_CFunction call) {
  lua_createtable(L, 0, 6);
  lua_pushstring(L, kind);
  lua_setfield(L, -2, "__name");
  vm::set_function(L, "__index", index, &run);
  if (call) vm::set_function(L, "__call", call, &run);
  lua_pushstring(L, kind);
  lua_pushcclosure(L, vm::guarded<object_text>, 1);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "protected");
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
}

}  // namespace

Agent* agent_object(lua_State* L, int index) {
  if (!is_kind(L, index, kAgentKind)) return nullptr;
  return static_cast<AgentObject*>(lua_touserdata(L, index))->agent;
}

std::optional<std::string> declared_name(lua_State* L, int index) {
  if (is_kind(L, index, kAgentKind))
    return static_cast<AgentObject*>(lua_touserdata(L, index))->agent->declaration->name;
  if (is_kind(L, index, kToolKind))
    return (*static_cast<ToolObject*>(lua_touserdata(L, index))->tool)->name;
  if (is_kind(L, index, kProcedureKind))
    return (*static_cast<ProcedureObject*>(lua_touserdata(L, index))->procedure)->name;
  return std::nullopt;
}

void Run::push_agent(lua_State* L, std::shared_ptr<program::AgentDeclaration> declaration) {
  RunTask& task = task_of(L, *this);
  Realm& realm = realm_of(task);
  Agent& agent = realm.agents.emplace_back();
  agent.declaration = std::move(declaration);
  agent.realm = &realm;
  if (const Invocation* owner = task.invocation(); owner && !declaring())
    agent.owner = owner->position;
  new (lua_newuserdatauv(L, sizeof(AgentObject), 0)) AgentObject{&agent};
  set_object_metatable(L, *this, kAgentKind, vm::guarded<agent_index>, nullptr);
}

void Run::push_tool(lua_State* L, std::shared_ptr<program::ToolDeclaration> declaration) {
  new (lua_newuserdatauv(L, sizeof(ToolObject), 0))
      ToolObject{&tools_.emplace_back(std::move(declaration))};
  set_object_metatable(L, *this, kToolKind, vm::guarded<tool_index>, vm::guarded<tool_call>);
}

void Run::push_procedure(lua_State* L, std::shared_ptr<program::ProcedureDeclaration> declaration) {
  files_.remember(*declaration, realm_of(task_of(L, *this)));
  new (lua_newuserdatauv(L, sizeof(ProcedureObject), 0))
      ProcedureObject{&procedures_.emplace_back(std::move(declaration))};
  set_object_metatable(L, *this, kProcedureKind, vm::guarded<procedure_index>,
                       vm::guarded<procedure_call>);
}

void Run::script_input(lua_State* L, const schema::Schema& schema) {
  Invocation* current = task_of(L, *this).invocation();
  TACTUS_ASSERT(current != nullptr);
  Json value(current->input);
  const auto violations = schema::validate(schema, value, nullptr);
  if (!violations.empty()) {
    Error error;
    error.code = ErrorCode::kInput;
    error.message = "wrong input: " + schema::describe(violations);
    error.path = violations.front().path;
    vm::raise(L, std::move(error));
  }
  current->input = value.get_object();
  vm::push_json(L, value);
  current->input_table = vm::Ref(L, -1);
  lua_pop(L, 1);
}

}  // namespace tactus::runtime
