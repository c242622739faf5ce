// What callbacks of a turn were told, kept so that a replay can tell it again (`replay_stream`,
// language.md 8.8). Uses: run, partial. On the run's strand.
#pragma once

#include <memory>

#include <tactus/partial/document.hpp>
#include <tactus/runtime/response_stream.hpp>
#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

// A piece as it is recorded: of an object, what it was read from, since its values one by one would
// be far more.
JsonObject recorded_piece(const ResponsePiece& piece, JsonObject chunk);

// Makes recorded pieces what the program gets, in their order.
class PieceReader {
 public:
  explicit PieceReader(std::shared_ptr<const partial::Rules> rules) : rules_(std::move(rules)) {}
  JsonObject read(const Json& recorded);

 private:
  std::shared_ptr<const partial::Rules> rules_;
  std::unique_ptr<partial::Document> document_;
  std::pair<std::int64_t, std::int64_t> whose_{-1, -1};  // Request and attempt.
};

// Of the reply that the turn asks for; of anything when it has no schema.
std::shared_ptr<const partial::Rules> reply_rules(const program::AgentDeclaration& agent,
                                                  const TurnOptions& options);

// An event of a tool call in the words of the callback.
JsonObject tool_event(const JsonObject& event);

// The callback that a turn calls: its own, else the agent's. Null = none.
const vm::Ref* callback_of(const TurnOptions& options, const std::shared_ptr<vm::Ref>& own,
                           const vm::Ref& of_agent);
bool replays_stream(const program::AgentDeclaration& agent, const TurnOptions& options);

// Calls the callbacks with what `told` has kept. What they change is not noted: it is in the log,
// from which it is made again afterwards. What they return or raise means nothing: how the turn
// went on is recorded. `index` is that of the entry under replay in `scope`.
void tell_callbacks_again(Run& run, RunTask& task, const Agent& agent, const TurnOptions& options,
                          const Json& told, const Scope& scope, int index);

}  // namespace tactus::runtime
