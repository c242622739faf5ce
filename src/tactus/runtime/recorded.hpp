// Recorded operations: each runs once, whatever happens to the process (language.md 13). Uses:
// run_task, journal.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include <tactus/journal/checkpoint.hpp>
#include <tactus/runtime/run_task.hpp>

namespace tactus::runtime {

class Run;

// Which operation it is.
struct EntryHead {
  std::string type;  // As in language.md 13.3: "agent_turn", "file" …
  std::string name;  // The agent, tool, procedure, file … concerned.
  Json input;        // Whose change between generations is told.
  // The index in the scope when it was taken before (operations that run at once); −1 = the next.
  int index = -1;
  Scope* scope = nullptr;  // Where it stands; null = the task's innermost.
  bool announce = false;   // Emits a `checkpoint` event: it has no event of its own.
  // Whether the task is in the body while it runs. Not for operations that run beside the task's
  // own Lua code; those have no Lua in them.
  bool in_scope = true;
  // It explains a failure: when the run that failed is resumed, it is forgotten.
  bool explains = false;
  // Runs in a replay when the operation's turn has come, before what it changed is changed again.
  std::function<void()> on_replay = nullptr;
  // Runs just before the caller goes on after a success, live and in a replay, while nothing that
  // ended later does.
  std::function<boost::asio::awaitable<void>()> before_turn = nullptr;
};

// An operation while its body runs.
struct OpenEntry {
  Run& run;
  RunTask& task;
  Scope scope;
  journal::CheckpointEntry entry;
  bool again = false;  // An earlier generation began it: `entry.start` is what it left.

  // Keeps what is needed to go on with it after a crash.
  void begin(Json start);
  // The same for an operation that waits for the world: a human, a time.
  void begin_waiting(Json start);
};

// Whether an effect is on what its task has for itself, and ends with it. Everything else is seen
// by all tasks as soon as it happens.
bool is_of_task(const Json& effect);

// Lives until it has completed; references it captures must, too.
using EntryBody = std::function<boost::asio::awaitable<Result<Json>>(OpenEntry& open)>;

}  // namespace tactus::runtime
