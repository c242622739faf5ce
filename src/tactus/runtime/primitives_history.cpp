// MessageHistory and Session (language.md 11).
#include <tactus/base/text.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/lua_objects.hpp>

namespace tactus::runtime {
namespace {

// The agent that is asked about: the argument, or the one that turned last; null = none yet.
Agent* agent_argument(lua_State* L, Run& run, int index, const char* function) {
  check_running(L, run, function);
  RunTask& task = task_of(L);
  if (lua_isnoneornil(L, index)) return task.conversation.last_agent;
  if (Agent* agent = agent_object(L, index)) return &run.agent_in(task, *agent);
  const std::string name = check_text(L, index, function);
  if (Agent* agent = realm_of(L).find_agent(name)) return &run.agent_in(task, *agent);
  std::vector<std::string> names;
  for (const Agent& agent : realm_of(L).agents) names.push_back(agent.declaration->name);
  const auto match = closest_match(name, names);
  refuse(L, ErrorCode::kOption, fmt::format("{}: there is no agent '{}'", function, name),
         match           ? fmt::format("did you mean '{}'?", *match)
         : names.empty() ? std::string()
                         : "there are: " + join(names, ", "));
}

// Ids and times follow from the place in the program, so that a resumed run makes the same.
void add_pending(lua_State* L, HistoryMessage message) {
  RunTask& task = task_of(L);
  message.id = fmt::format("m{}-{}", task.scope->position, ++task.scope->messages);
  message.created_at = format_time(task.scope->clock);
  run_of(L).add_message(task, std::move(message));
}

int append(lua_State* L) {
  check_running(L, run_of(L), "MessageHistory.append");
  auto message = message_from_json(check_json(L, first_argument(L), "message", "stored"));
  if (!message) vm::raise(L, message.error());
  add_pending(L, std::move(*message));
  return 0;
}

int inject_system(lua_State* L) {
  check_running(L, run_of(L), "MessageHistory.inject_system");
  HistoryMessage message;
  message.message.role = llm::Role::kSystem;
  message.message.content = check_text(L, first_argument(L), "MessageHistory.inject_system");
  add_pending(L, std::move(message));
  return 0;
}

// The history of the agent (may be null) and what waits for the next turn.
Messages with_pending(RunTask& task, Agent* agent) {
  Messages all = agent ? history_of(task, *agent) : Messages{};
  const Messages& pending = task.conversation.pending;
  all.insert(all.end(), pending.begin(), pending.end());
  return all;
}

int get(lua_State* L) {
  Agent* agent = agent_argument(L, run_of(L), first_argument(L), "MessageHistory.get");
  JsonArray messages;
  for (const HistoryMessage& message : with_pending(task_of(L), agent))
    messages.push_back(to_json(message));
  return push_value(L, Json(std::move(messages)));
}

int clear(lua_State* L) {
  Run& run = run_of(L);
  Agent* agent = agent_argument(L, run, first_argument(L), "MessageHistory.clear");
  if (agent) run.reset_agent(task_of(L), *agent);
  run.clear_pending(task_of(L));
  return 0;
}

int save_to_node(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "MessageHistory.save_to_node");
  RunTask& task = task_of(L);
  const std::string name = check_text(L, first_argument(L), "MessageHistory.save_to_node");
  run.save_history(task, name, with_pending(task, task.conversation.last_agent));
  return 0;
}

// Before any turn the saved messages wait for the first one.
int load_from_node(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "MessageHistory.load_from_node");
  const std::string name = check_text(L, first_argument(L), "MessageHistory.load_from_node");
  const auto saved = run.saved_histories().find(name);
  if (saved == run.saved_histories().end()) {
    std::vector<std::string> names;
    for (const auto& node : run.saved_histories()) names.push_back(node.first);
    refuse(L, ErrorCode::kOption, fmt::format("no history was saved as '{}'", name),
           names.empty() ? "MessageHistory.save_to_node(name) saves one"
                         : "saved: " + join(names, ", "));
  }
  RunTask& task = task_of(L);
  run.clear_pending(task);
  if (task.conversation.last_agent) {
    run.set_history(task, *task.conversation.last_agent, saved->second);
  } else {
    for (const HistoryMessage& message : saved->second) run.add_message(task, message);
  }
  return 0;
}

}  // namespace

void open_history_library(lua_State* L, Run& run) {
  for (const char* name : {"MessageHistory", "Session"}) {
    open_library(L, run, name,
                 {{"append", vm::guarded<append>},
                  {"inject_system", vm::guarded<inject_system>},
                  {"get", vm::guarded<get>},
                  {"history", vm::guarded<get>},
                  {"clear", vm::guarded<clear>},
                  {"save_to_node", vm::guarded<save_to_node>},
                  {"load_from_node", vm::guarded<load_from_node>}});
  }
}

}  // namespace tactus::runtime
