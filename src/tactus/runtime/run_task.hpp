// One thread of control of a run: the main one, or one that `Procedure.spawn` started. It has its
// own calls, histories and place in the checkpoint log; it shares the interpreter. Uses: realm.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/llm/model_client.hpp>
#include <tactus/runtime/conversation.hpp>
#include <tactus/runtime/realm.hpp>
#include <tactus/vm/random.hpp>

namespace tactus::runtime {

struct RunTask;
class TurnStream;

// A body whose recorded operations are numbered on their own: an invocation, a task, the body of an
// entry (language.md 13.2). Lives in the coroutine that runs the body.
struct Scope {
  std::string position;        // Of the entry whose body it is; empty = main.
  Scope* outer = nullptr;      // Outlives this one.
  bool in_checkpoint = false;  // In the body of a checkpoint or step.
  int next_index = 0;
  WallTime clock{};  // Its start, or the end of its last ended entry: what os.time() says.
  std::optional<vm::Random> random;  // Made when first used.
  JsonArray effects;                 // What its body has changed so far; unused in main's.
  std::vector<std::shared_ptr<RunTask>> spawned;  // Awaited before the body counts as ended.
  std::set<std::string> not_its_own;  // Names in the procedure's state that others changed.
  std::int64_t tmpnames = 0;
  std::int64_t messages = 0;  // Added by MessageHistory.
};

// A named step of an invocation.
struct RecordedStep {
  std::string position;
  Json value;
};

// A dependency while the invocation that declares it runs.
struct OpenDependency {
  std::shared_ptr<const program::DependencyDeclaration> declaration;
};
using Dependencies = std::map<std::string, std::shared_ptr<OpenDependency>>;

// What is called: a procedure, or a file whose main is meant.
struct Callee {
  explicit Callee(std::shared_ptr<const program::ProcedureDeclaration> known)
      : name(known->shown_name()), procedure(std::move(known)) {}
  Callee(std::string path, std::string mentioning_file)
      : name(std::move(path)), mentioned_in(std::move(mentioning_file)) {}

  std::string name;  // Of a file: the path as it was written.
  std::shared_ptr<const program::ProcedureDeclaration> procedure;  // Null: a file.
  std::string mentioned_in;  // Of a file: path of the one that names it.
};

// One call of a procedure.
struct Invocation {
  std::shared_ptr<const program::ProcedureDeclaration> procedure;
  Realm* realm = nullptr;
  JsonObject input;     // What `{input.x}` sees.
  vm::Ref input_table;  // What the program sees; may be changed by it.
  vm::Ref state_table;
  Dependencies dependencies;  // Its own and those of the procedures that called it.
  JsonObject undeclared;      // Parameters that no field declares: `{context.x}`.
  std::string call_id;        // Empty for main.
  std::string position;       // Of its entry, or its task; the same in all generations.
  std::string parent;         // call_id of what it is nested in; empty for main.
  std::set<std::string> state_mismatches;  // Paths in `state` of which a warning has told.
  int turns = 0;
  std::map<const Agent*, int> agent_turns;    // Turns begun in this invocation, by agent.
  Agent* last_agent = nullptr;                // That turned last in it, as its file knows it.
  Messages shared_history;                    // Of the agents that share one.
  std::set<std::string> step_names;           // Begun.
  std::map<std::string, RecordedStep> steps;  // Ended well.
};

// Lives as long as its run, on the run's strand.
struct RunTask {
  RunTask() = default;
  RunTask(const RunTask&) = delete;
  RunTask& operator=(const RunTask&) = delete;

  std::string id;    // Position of its spawn; empty = main.
  std::string name;  // Of its procedure.
  Scope root;
  Scope* scope = &root;  // The innermost body it is in.
  std::deque<Invocation> invocations;
  std::vector<std::string> parents;  // What its events are nested in, innermost last.
  Dependencies dependencies;         // Of the invocation that spawned it; until it ends.
  std::size_t base_depth = 0;        // Invocations it is nested in.
  std::size_t tool_depth = 0;        // Tool calls that stand in one another now.
  // Agents of files as this task knows them, with histories of its own; main uses the agents
  // themselves.
  std::map<const Agent*, std::unique_ptr<Agent>> agents;

  Conversation conversation;

  // Who is told of the progress of a turn's calls, by call id.
  std::map<std::string, std::function<void(const JsonObject&)>> call_watches;
  std::shared_ptr<TurnStream> stream;  // That has begun and is not over.
  bool stream_waits = false;           // What waits now is the stream's own.
  int callbacks = 0;  // Of the program that are running: nothing of it may wait meanwhile.

  // What keeps it from going on.
  enum class Wait : std::uint8_t { kNone, kHuman, kSleep, kTask };
  Wait wait = Wait::kNone;
  std::optional<WallTime> wait_until;           // When that ends by itself.
  bool cancelled = false;                       // By Procedure.cancel: nothing of it goes on.
  std::set<llm::StopToken*> tokens;             // Of its requests under way.
  std::set<boost::asio::steady_timer*> timers;  // That it waits on.

  std::string started_at;               // RFC 3339.
  bool awaited = false;                 // By Procedure.wait: its failure has been told.
  std::optional<Result<Json>> outcome;  // Once it has ended.
  std::int64_t ended_as = 0;            // The first task to end is 1.
  std::vector<std::shared_ptr<boost::asio::steady_timer>> watchers;  // Cancelled when it ends.

  Invocation* invocation() { return invocations.empty() ? nullptr : &invocations.back(); }
  // Invocations below main, of any kind.
  std::size_t depth() const {
    return base_depth + (invocations.empty() ? 0 : invocations.size() - 1);
  }
  std::string parent() const { return parents.empty() ? std::string() : parents.back(); }
};

}  // namespace tactus::runtime
