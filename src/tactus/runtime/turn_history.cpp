// The conversation of a turn: what it goes on from, and what of it is sent (language.md 4.4).
#include <lua.h>

#include <tactus/runtime/history_filters.hpp>
#include <tactus/runtime/lua_binding.hpp>
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {
namespace {

JsonArray messages_json(const Messages& messages) {
  JsonArray array;
  for (const HistoryMessage& message : messages) array.push_back(to_json(message));
  return array;
}

// What a filter made of `given`. Messages that it passed on are taken as they were: their texts
// would not survive the way through tables byte for byte.
Result<Messages> read_filtered(const Json& value, const Messages& given) {
  if (value.is_object() && value.get_object().empty()) return Messages{};
  const JsonArray* list = value.if_array();
  if (!list) return fail(ErrorCode::kOption, "it must return a list of messages");
  Messages all;
  for (std::size_t i = 0; i < list->size(); ++i) {
    auto message = message_from_json((*list)[i]);
    if (!message) {
      Error error = message.error();
      error.message = fmt::format("[{}]: {}", i + 1, error.message);
      return fail(std::move(error));
    }
    const auto same = std::find_if(given.begin(), given.end(), [&](const HistoryMessage& entry) {
      return !entry.id.empty() && entry.id == message->id && Json(to_json(entry)) == (*list)[i];
    });
    all.push_back(same == given.end() ? std::move(*message) : *same);
  }
  return all;
}

}  // namespace

Result<Messages> Turn::call_filter(const vm::Ref& function, const Messages& messages) {
  Result<Json> value = Json(JsonArray{});
  const auto called = run_.vm().call(
      function, [&](lua_State* L) { return push_value(L, Json(messages_json(messages))); },
      [&](lua_State* L, int count) {
        if (count > 0) value = vm::to_json(L, -count);
      },
      &task_);
  if (!called) return fail(called.error());
  auto filtered = value ? read_filtered(*value, messages) : Result<Messages>(fail(value.error()));
  if (filtered) return filtered;
  Error error = filtered.error();
  error.message =
      fmt::format("a history filter of agent '{}': {}", agent_.declaration->name, error.message);
  if (!error.place) error.place = place_of(agent_);
  return fail(std::move(error));
}

Result<std::vector<llm::Message>> Turn::messages_to_send() {
  auto all = options_.apart ? Result<Messages>(options_.apart->conversation)
                            : remembered(run_, task_, agent_);
  if (!all) return fail(all.error());
  all->insert(all->end(), new_messages_.begin(), new_messages_.end());
  const program::AgentMemory& own = agent_.declaration->memory;
  const program::ProcedureMemory& of_procedure = task_.invocation()->procedure->memory;
  const auto& filter = own.filter ? own.filter : of_procedure.filter;
  auto selected =
      select_messages(std::move(*all), filter ? &*filter : nullptr, of_procedure.max_tokens,
                      [this](const vm::Ref& function, const Messages& messages) {
                        return call_filter(function, messages);
                      });
  if (!selected) return fail(selected.error());
  std::vector<llm::Message> messages;
  messages.reserve(selected->size() + 1);
  for (HistoryMessage& entry : *selected) messages.push_back(std::move(entry.message));
  return messages;
}

void Turn::take_pending() {
  new_messages_ = std::move(task_.conversation.pending);
  task_.conversation.pending.clear();
  pending_taken_ = new_messages_.size();
}

void Turn::return_pending() {
  Messages& pending = task_.conversation.pending;
  pending.insert(pending.begin(), new_messages_.begin(),
                 new_messages_.begin() + static_cast<std::ptrdiff_t>(pending_taken_));
}

}  // namespace tactus::runtime
