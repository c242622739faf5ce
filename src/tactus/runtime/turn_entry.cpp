// A turn as a recorded operation.
#include <tactus/runtime/turn.hpp>
#include <tactus/runtime/turn_again.hpp>
#include <tactus/runtime/turn_record.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {
namespace {

// What a turn was asked, for telling whether a resumed program asks the same.
Json describe(const TurnOptions& options) {
  JsonObject asked;
  if (options.inject) asked["inject"] = *options.inject;
  if (options.tools) {
    JsonArray names;
    for (const program::ToolEntry& entry : *options.tools) names.push_back(Json(entry.name));
    asked["tools"] = std::move(names);
  }
  if (options.without_output) asked["output"] = false;
  return asked;
}

}  // namespace

boost::asio::awaitable<Result<std::shared_ptr<const TurnResult>>> Run::turn(RunTask& task,
                                                                            Agent& agent,
                                                                            TurnOptions options) {
  Agent& mine = agent_in(task, agent);
  EntryHead head;
  head.type = "agent_turn";
  head.name = agent.declaration->name;
  head.input = describe(options);
  head.explains = options.explains;
  std::optional<TurnResult> live;
  const EntryBody body = [&](OpenEntry& open) -> boost::asio::awaitable<Result<Json>> {
    Turn turn(open, mine, options);
    auto result = co_await turn.run();
    // Beside the outcome, since a loop sees them also before a failure.
    JsonObject seen;
    if (options.feed) seen["pieces"] = options.feed->record();
    if (!turn.told().empty()) seen["told"] = turn.told();
    if (!seen.empty()) open.entry.usage = std::move(seen);
    if (!result) co_return fail(result.error());
    live = std::move(*result);
    co_return Json(turn_record(*live));
  };
  const Scope& scope = *task.scope;
  const int index = scope.next_index;
  const auto* known = replay_.find(position_in(scope.position, index));
  const Json pieces = known ? value_of(known->usage, "pieces") : Json(nullptr);
  const Json told = known ? value_of(known->usage, "told") : Json(nullptr);
  head.on_replay = [&] { tell_callbacks_again(*this, task, mine, options, told, scope, index); };
  bool replayed = false;
  auto result = co_await recorded(task, std::move(head), body, &replayed);
  if (replayed && options.feed) options.feed->give_again(pieces);
  Invocation* invocation = task.invocation();
  TACTUS_ASSERT(invocation != nullptr);
  invocation->agent_turns[&mine] += 1;
  invocation->turns += 1;
  invocation->last_agent = &agent;
  if (!result) co_return fail(result.error());
  remember_turn(task, mine, live ? std::move(*live) : turn_from_record(*result));
  co_return mine.last;
}

}  // namespace tactus::runtime
