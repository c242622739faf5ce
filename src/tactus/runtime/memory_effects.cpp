// What agents remember, changed and noted: applied again when the operation that did it is not run
// again (language.md 13.3).
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/turn_record.hpp>

namespace tactus::runtime {
namespace {

// An effect on the history of an agent. One that its invocation shares goes with the invocation.
JsonObject memory_effect(const RunTask& task, const Agent& agent, std::string_view op) {
  JsonObject effect{{"op", op}, {"agent", agent.declaration->name}, {"owner", agent.owner}};
  if (shares_history(task, agent)) effect["shared"] = task.invocations.back().position;
  return effect;
}

// The list such an effect is about; null when it went with its invocation.
Messages* list_of(RunTask& task, Agent& agent, const Json& effect) {
  const Json* shared = find_member(effect, "shared");
  if (!shared) return &agent.history;
  Invocation* invocation = task.invocation();
  const bool ours = invocation && *shared == Json(invocation->position);
  return ours ? &invocation->shared_history : nullptr;
}

Messages messages_of(const Json& effect) {
  const Json* messages = find_member(effect, "messages");
  return messages ? messages_from_record(*messages) : Messages{};
}

// A turn that has ended becomes part of the list and of its agent.
void take_over(RunTask& task, Agent& agent, Messages* list, TurnResult result) {
  take_pending_of(task.conversation, result.new_messages);
  if (list) {
    list->insert(list->end(), result.new_messages.begin(), result.new_messages.end());
    result.all_messages = *list;
  } else {
    result.all_messages = result.new_messages;
  }
  agent.add_usage(result.spent.usage);
  agent.last = std::make_shared<const TurnResult>(std::move(result));
  task.conversation.last_agent = &agent;
}

}  // namespace

void Run::remember_turn(RunTask& task, Agent& agent, TurnResult result) {
  JsonObject effect = memory_effect(task, agent, "turn");
  effect["turn"] = turn_record(result);
  note_effect(task, std::move(effect));
  take_over(task, agent, &history_of(task, agent), std::move(result));
}

void Run::reset_agent(RunTask& task, Agent& agent) {
  note_effect(task, memory_effect(task, agent, "reset"));
  history_of(task, agent).clear();
}

void Run::set_history(RunTask& task, Agent& agent, Messages messages) {
  JsonObject effect = memory_effect(task, agent, "history");
  effect["messages"] = messages_record(messages);
  note_effect(task, std::move(effect));
  history_of(task, agent) = std::move(messages);
}

void Run::add_message(RunTask& task, HistoryMessage message) {
  note_effect(task, {{"op", "message"}, {"messages", messages_record({message})}});
  task.conversation.pending.push_back(std::move(message));
}

void Run::inject(RunTask& task, RunTask& target, HistoryMessage message) {
  note_effect(task,
              {{"op", "inject"}, {"task", target.id}, {"messages", messages_record({message})}});
  deliver(target.conversation, std::move(message));
}

void Run::clear_pending(RunTask& task) {
  note_effect(task, {{"op", "no_messages"}});
  task.conversation.pending.clear();
}

void Run::save_history(RunTask& task, const std::string& name, Messages messages) {
  note_effect(task, {{"op", "saved"}, {"name", name}, {"messages", messages_record(messages)}});
  saved_histories_[name] = std::move(messages);
}

void Run::apply_memory_effect(RunTask& task, Realm& realm, const Json& effect) {
  const std::string_view op = string_member(effect, "op");
  if (op == "message") {
    for (HistoryMessage& message : messages_of(effect))
      task.conversation.pending.push_back(std::move(message));
  } else if (op == "no_messages") {
    task.conversation.pending.clear();
  } else if (op == "inject") {
    const auto target = find_task(string_member(effect, "task"));
    for (HistoryMessage& message : messages_of(effect))
      if (target) deliver(target->conversation, std::move(message));
  } else if (op == "saved") {
    saved_histories_[std::string(string_member(effect, "name"))] = messages_of(effect);
  }
  Agent* agent = realm.find_agent(string_member(effect, "agent"), string_member(effect, "owner"));
  if (!agent) return;
  Agent& mine = agent_in(task, *agent);
  Messages* list = list_of(task, mine, effect);
  const Json* record = find_member(effect, "turn");
  if (op == "turn" && record) take_over(task, mine, list, turn_from_record(*record));
  if (op == "reset" && list) list->clear();
  if (op == "history" && list) *list = messages_of(effect);
}

}  // namespace tactus::runtime
