// Running recorded operations live, and giving back what an earlier generation recorded of them
// (language.md 13.3, 13.4).
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/hash.hpp>
#include <tactus/runtime/local_state.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/strictness.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

using journal::CheckpointEntry;
using journal::EntryStatus;

namespace {

bool has_ended(const CheckpointEntry& entry) {
  return entry.status == EntryStatus::kCompleted || entry.status == EntryStatus::kFailed;
}

std::string described(std::string_view type, std::string_view name) {
  return name.empty() ? std::string(type) : fmt::format("{} {}", type, name);
}

Error replay_mismatch(const std::string& position, const std::string& recorded,
                      const std::string& asked) {
  Error error;
  error.code = ErrorCode::kReplayMismatch;
  error.message = fmt::format("nondeterministic replay at {}: recorded {}, program asks for {}",
                              position, recorded, asked);
  error.hint = "undo the change of the program or of what it branches on, or start a new run";
  return error;
}

// These end the run where it stands; the operation has neither succeeded nor failed.
bool leaves_open(ErrorCode code) {
  return code == ErrorCode::kReplayMismatch || code == ErrorCode::kBudget ||
         code == ErrorCode::kDeterminism;
}

// Makes `scope` the innermost one of its task for as long as it lives.
class ScopeGuard {
 public:
  ScopeGuard(RunTask& task, Scope& scope) : task_(task), outer_(task.scope) { task.scope = &scope; }
  ~ScopeGuard() { task_.scope = outer_; }
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  RunTask& task_;
  Scope* outer_;
};

void append_checkpoint(Run& run, const CheckpointEntry& entry, bool replayed) {
  run.append(journal::EventType::kCheckpoint, {{"position", entry.position},
                                               {"type", entry.type},
                                               {"name", entry.name},
                                               {"replayed", replayed}});
}

// What an ended entry keeps of how it ended.
Json end_marks(const RunTask& task, const EntryHead& head) {
  JsonObject marks;
  if (task.cancelled) marks["cancelled"] = true;
  if (head.explains) marks["explains"] = true;
  return marks.empty() ? Json(nullptr) : Json(std::move(marks));
}

Error stopped_error(const RunTask& task) {
  Error error;
  error.code = ErrorCode::kCancelled;
  error.message = task.cancelled ? "the task was cancelled" : "the run was stopped";
  return error;
}

}  // namespace

JsonObject local_state(Run& run, RunTask& task) {
  const Invocation* invocation = task.invocation();
  if (!invocation || invocation->call_id.empty()) return {};
  const Json state = run.state_json(invocation->state_table, "state");
  return state.is_object() ? state.get_object() : JsonObject();
}

void OpenEntry::begin(Json start) {
  entry.start = std::move(start);
  run.put_entry(entry);
}

void OpenEntry::begin_waiting(Json start) {
  entry.status = EntryStatus::kWaiting;
  begin(std::move(start));
}

void Run::put_entry(const CheckpointEntry& entry) {
  if (parts_.store && !forgetting_) parts_.store->put_entry(log().identity().run_id, entry);
}

bool Run::replaying_in(const Scope& scope) const {
  return !replay_.empty() && replay_.has_from(scope.position, scope.next_index);
}

asio::awaitable<Result<Json>> Run::recorded(RunTask& task, EntryHead head, EntryBody body,
                                            bool* replayed) {
  Scope& scope = head.scope ? *head.scope : *task.scope;
  if (head.in_scope) {
    if (auto checked = check_state(*this, task); !checked) co_return fail(checked.error());
    emit_state_changes(task);
  }
  const int index = head.index >= 0 ? head.index : scope.next_index++;
  const std::string position = position_in(scope.position, index);
  const std::string input_hash = sha256_hex(dump_json(head.input)).substr(0, 16);
  const CheckpointEntry* known = replay_.find(position);
  if (known && (known->type != head.type || known->name != head.name)) {
    co_return fail(
        mismatch(position, described(known->type, known->name), described(head.type, head.name)));
  }
  if (known && known->input_hash != input_hash) {
    const std::string what = described(head.type, head.name);
    if (parts_.config.strict_determinism)
      co_return fail(mismatch(position, what, what + " with other input"));
    // Of no task: what a task says while it is replayed has been said.
    warn(nullptr, ErrorCode::kReplayMismatch,
         fmt::format("{} at {} was recorded with other input; the recorded result is used", what,
                     position));
  }
  if (known && has_ended(*known)) {
    if (replayed) *replayed = true;
    co_return co_await replay_entry(task, scope, *known, head);
  }
  if (stopped(task)) co_return fail(stopped_error(task));
  OpenEntry open{*this, task, {}, {}, known != nullptr};
  if (known) {
    open.entry = *known;
  } else {
    open.entry.position = position;
    open.entry.type = head.type;
    open.entry.name = head.name;
    open.entry.input_hash = input_hash;
    open.entry.started_at = format_time(clock().wall());
    put_entry(open.entry);
  }
  open.scope.position = position;
  open.scope.outer = &scope;
  open.scope.in_checkpoint =
      scope.in_checkpoint || head.type == "step" || head.type == "explicit_checkpoint";
  open.scope.clock = parse_time(open.entry.started_at).value_or(clock().wall());
  Result<Json> outcome = co_await run_entry(open, head, body);
  const Result<void> ended = co_await end_entry(open, scope, head, outcome);
  if (!ended) co_return fail(ended.error());
  if (head.announce) append_checkpoint(*this, open.entry, false);
  co_return outcome;
}

// The recorded outcome, once everything that ended before it has been given back too.
asio::awaitable<Result<Json>> Run::replay_entry(RunTask& task, Scope& scope, CheckpointEntry entry,
                                                const EntryHead& head) {
  if (head.on_replay) {
    co_await sequencer_.reach(entry.order);
    if (!cancelled()) head.on_replay();
  }
  co_await take_turn(entry, head);
  if (cancelled()) co_return fail(stopped_error(task));
  apply_own_effects(task, entry.effects);
  for (const Json& effect : entry.effects) {
    if (string_member(effect, "op") != "local") scope.effects.push_back(effect);
  }
  if (const auto ended = parse_time(entry.ended_at)) scope.clock = std::max(scope.clock, *ended);
  if (head.announce) append_checkpoint(*this, entry, true);
  if (task.cancelled) co_return fail(stopped_error(task));
  if (entry.status == EntryStatus::kCompleted) co_return std::move(entry.result);
  Error error = error_from_json(entry.error);
  if (ended_its_task(entry)) {
    task.cancelled = true;
    vm_->abort_tasks_of(&task, error);
  }
  co_return fail(std::move(error));
}

// The body, with everything it started.
asio::awaitable<Result<Json>> Run::run_entry(OpenEntry& open, const EntryHead& head,
                                             const EntryBody& body) {
  RunTask& task = open.task;
  if (!head.in_scope) co_return co_await body(open);
  const JsonObject local_before = local_state(*this, task);
  Result<Json> outcome = Json(nullptr);
  {
    const ScopeGuard guard(task, open.scope);
    outcome = co_await body(open);
    forget_replay_in(open.scope.position, true);
    co_await join_spawned(task, open.scope);
    emit_state_changes(task);
  }
  if (outcome && !stopped(task)) {
    if (auto complete = check_scope_end(open.scope); !complete) outcome = fail(complete.error());
  }
  const JsonObject local_after = local_state(*this, task);
  for (const auto& member : local_after) {
    const Json* before = local_before.if_contains(member.key());
    if (before && *before == member.value()) continue;
    if (open.scope.not_its_own.contains(member.key())) continue;
    open.scope.effects.push_back(
        JsonObject{{"op", "local"}, {"key", member.key()}, {"value", member.value()}});
  }
  for (const auto& member : local_before) {
    if (!local_after.contains(member.key()) && !open.scope.not_its_own.contains(member.key()))
      open.scope.effects.push_back(JsonObject{{"op", "local"}, {"key", member.key()}});
  }
  co_return outcome;
}

// Makes the outcome durable and waits for its turn among those of other tasks.
asio::awaitable<Result<void>> Run::end_entry(OpenEntry& open, Scope& scope, const EntryHead& head,
                                             const Result<Json>& outcome) {
  RunTask& task = open.task;
  if (cancelled()) co_return fail(stopped_error(task));
  if (!outcome && leaves_open(outcome.error().code)) co_return fail(outcome.error());
  CheckpointEntry& entry = open.entry;
  entry.status = outcome ? EntryStatus::kCompleted : EntryStatus::kFailed;
  entry.result = outcome ? *outcome : Json(nullptr);
  entry.error = outcome ? Json(nullptr) : Json(to_json(outcome.error()));
  entry.start = end_marks(task, head);
  entry.effects = std::move(open.scope.effects);
  entry.order = sequencer_.next();
  entry.ended_at = format_time(clock().wall());
  put_entry(entry);
  forget_replay_in(entry.position, false);
  Result<void> flushed = co_await log().flush();
  co_await take_turn(entry, head);
  if (cancelled()) co_return fail(stopped_error(task));
  for (const Json& effect : entry.effects) {
    if (string_member(effect, "op") != "local") scope.effects.push_back(effect);
  }
  if (const auto ended = parse_time(entry.ended_at)) scope.clock = std::max(scope.clock, *ended);
  replay_.erase(entry.position);
  co_return flushed;
}

// Waits until everything that ended before has gone on, and shows what it has changed until then.
asio::awaitable<void> Run::take_turn(const CheckpointEntry& entry, const EntryHead& head) {
  co_await sequencer_.reach(entry.order);
  apply_effects_before(entry.order);
  if (head.before_turn && entry.status == EntryStatus::kCompleted) co_await head.before_turn();
  sequencer_.pass(entry.order);
}

Result<void> Run::check_scope_end(const Scope& scope) {
  const CheckpointEntry* left = replay_.first_from(scope.position, scope.next_index);
  if (!left) return {};
  return fail(mismatch(left->position, described(left->type, left->name), "nothing more"));
}

// The run ends by it, so that nobody waits for what was recorded any more.
Error Run::mismatch(const std::string& position, const std::string& recorded,
                    const std::string& asked) {
  sequencer_.open();
  return replay_mismatch(position, recorded, asked);
}

// The program is past that scope: nobody will come for what is recorded in it.
void Run::forget_replay_in(const std::string& scope, bool own) {
  if (replay_.empty()) return;
  std::vector<std::int64_t> orders;
  for (const CheckpointEntry* entry : replay_.nested_in(scope, own)) orders.push_back(entry->order);
  sequencer_.skip(orders);
}

// Tasks that a body started belong to it: it has not ended before they have.
asio::awaitable<void> Run::join_spawned(RunTask& task, Scope& scope) {
  co_await close_stream(task, scope);
  for (std::size_t i = 0; i < scope.spawned.size(); ++i) {
    const std::shared_ptr<RunTask> spawned = scope.spawned[i];
    if (!spawned->outcome) {
      const auto ended = std::make_shared<asio::steady_timer>(
          parts_.strand, asio::steady_timer::time_point::max());
      spawned->watchers.push_back(ended);
      boost::system::error_code ignored;
      set_wait(task, RunTask::Wait::kTask);
      co_await ended->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      set_wait(task, RunTask::Wait::kNone);
    }
    const bool failed = spawned->outcome && !*spawned->outcome;
    if (failed && !spawned->awaited && spawned->outcome->error().code != ErrorCode::kCancelled) {
      warn(&task, spawned->outcome->error().code,
           fmt::format("the task '{}', which nobody waited for, failed: {}", spawned->name,
                       to_string(spawned->outcome->error())));
    }
  }
}

}  // namespace tactus::runtime
