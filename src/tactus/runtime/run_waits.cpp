// Stopping a run, and everything in it that waits.
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

bool Run::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancel_requested_.has_value();
}

bool Run::ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}

bool Run::interrupted() const {
  const std::lock_guard lock(mutex_);
  return interrupted_;
}

CancelTimes Run::cancel() {
  stop_upstream();
  return cancel_times();
}

void Run::interrupt() {
  {
    const std::lock_guard lock(mutex_);
    if (!cancel_requested_) interrupted_ = true;
  }
  stop_upstream();
}

void Run::stop_upstream() {
  {
    const std::lock_guard lock(mutex_);
    if (cancel_requested_ || ending_) return;
    cancel_requested_ = clock().steady();
    cancel_times_.requested = format_time(clock().wall());
    // Before the tokens: what fails by them must already be uncatchable. A script that computes
    // keeps the strand busy, so it is stopped from here too.
    if (interruptible_) interruptible_->interrupt();
    for (llm::StopToken* token : tokens_) token->stop();
  }
  asio::post(parts_.strand, [this, self = shared_from_this()] { end_waits(); });
}

// On the strand: whatever waits goes on, and finds that it is over.
void Run::end_waits() {
  sequencer_.open();
  mcp_.cancel();
  plugins_.cancel();
  for (RunTask* task : tasks_) {
    for (asio::steady_timer* timer : task->timers) timer->cancel();
  }
  if (!vm_) return;
  Error error;
  error.code = ErrorCode::kCancelled;
  error.message = "the run was stopped";
  vm_->abort_tasks(std::move(error));
}

CancelTimes Run::cancel_times() const {
  const std::lock_guard lock(mutex_);
  return cancel_times_;
}

journal::RunRecord Run::record() const {
  const std::lock_guard lock(mutex_);
  journal::RunRecord record = parts_.record;
  if (record.ended_at.empty()) record.last_seq = parts_.log->last_seq();
  return record;
}

void Run::attach(RunTask& task, llm::StopToken& token) {
  task.tokens.insert(&token);
  const std::lock_guard lock(mutex_);
  tokens_.insert(&token);
  if (cancel_requested_ || task.cancelled) token.stop();
}

void Run::detach(RunTask& task, llm::StopToken& token) {
  task.tokens.erase(&token);
  const std::lock_guard lock(mutex_);
  tokens_.erase(&token);
  const auto closed = token.closed_at();
  if (cancel_requested_ && closed && cancel_times_.upstream_closed.empty()) {
    // The token tells steady time; the log speaks of wall time.
    const auto since =
        std::chrono::duration_cast<std::chrono::nanoseconds>(clock().steady() - *closed);
    cancel_times_.upstream_closed = format_time(clock().wall() - since);
  }
}

asio::awaitable<Result<Json>> Run::recorded_sleep(RunTask& task,
                                                  std::chrono::duration<double> duration) {
  EntryHead head;
  head.type = "sleep";
  head.input = duration.count();
  head.announce = true;
  const EntryBody body = [&](OpenEntry& open) -> asio::awaitable<Result<Json>> {
    auto wake = parse_time(string_member(open.entry.start, "wake_at"));
    if (!wake) {
      wake = clock().wall() + std::chrono::duration_cast<std::chrono::nanoseconds>(duration);
      open.begin_waiting(JsonObject{{"wake_at", format_time(*wake)}});
    }
    const auto slept = co_await sleep_until(task, *wake, RunTask::Wait::kSleep);
    if (!slept) co_return fail(slept.error());
    co_return Json(nullptr);
  };
  co_return co_await recorded(task, std::move(head), body);
}

asio::awaitable<Result<void>> Run::sleep_until(RunTask& task, WallTime until, RunTask::Wait why) {
  const auto left = until - clock().wall();
  if (left <= std::chrono::nanoseconds(0)) {
    if (stopped(task)) co_return fail(ErrorCode::kCancelled, "the task was cancelled");
    co_return Result<void>{};
  }
  set_wait(task, why, until);
  auto slept = co_await sleep(task, left);
  set_wait(task, RunTask::Wait::kNone);
  co_return slept;
}

// A run as a whole waits when none of its tasks can go on: for a human if one of them does.
void Run::set_wait(RunTask& task, RunTask::Wait wait, std::optional<WallTime> until, Tell tell) {
  task.wait = wait;
  task.wait_until = until;
  bool any_runs = false, any_human = false;
  for (const RunTask* each : tasks_) {
    any_runs = any_runs || each->wait == RunTask::Wait::kNone;
    any_human = any_human || each->wait == RunTask::Wait::kHuman;
  }
  const journal::RunStatus now = any_runs    ? journal::RunStatus::kRunning
                                 : any_human ? journal::RunStatus::kWaitingForHuman
                                             : journal::RunStatus::kSleeping;
  std::optional<journal::RunRecord> changed;
  {
    const std::lock_guard lock(mutex_);
    if (cancel_requested_) return;
    if (parts_.record.status != now) {
      parts_.record.status = now;
      changed = parts_.record;
    }
  }
  if (tell == Tell::kNow) tell_wait();
  if (!changed) return;
  parts_.activity.note(changed->run_id);
  if (!parts_.store) return;
  changed->last_seq = log().last_seq();
  parts_.store->put_run(std::move(*changed));
}

// When the run begins to wait as a whole: for what, and when it goes on by itself; and when it goes
// on.
void Run::tell_wait() {
  const journal::RunRecord now = record();
  const bool waits = now.status != journal::RunStatus::kRunning;
  if (waits == told_waiting_) return;
  told_waiting_ = waits;
  JsonObject details;
  if (waits) {
    details["status"] = journal::run_status_name(now.status);
    std::optional<WallTime> wake;
    for (const RunTask* task : tasks_) {
      if (task->wait_until && (!wake || *task->wait_until < *wake)) wake = task->wait_until;
    }
    if (wake) details["wake_at"] = format_time(*wake);
    JsonArray requests;
    for (const Json& request : now.pending)
      requests.push_back(Json(string_member(request, "request_id")));
    if (!requests.empty()) details["requests"] = std::move(requests);
  }
  append(journal::EventType::kExecution, {{"lifecycle_stage", waits ? "waiting" : "resumed"},
                                          {"generation", parts_.record.generation},
                                          {"details", std::move(details)}});
}

void Run::forget_entries(RunTask& task, const std::string& position) {
  append(journal::EventType::kCheckpoint,
         {{"position", position}, {"type", "clear"}, {"name", ""}, {"replayed", replaying(task)}});
  if (!parts_.store) return;
  forgetting_ = true;
  std::vector<std::string> dropped;
  auto entries = parts_.store->checkpoint_entries(log().identity().run_id);
  if (!entries) {
    warn(&task, entries.error().code, entries.error().message);
    return;
  }
  for (const journal::CheckpointEntry& entry : *entries) {
    if (position.empty() || !journal::position_less(entry.position, position))
      dropped.push_back(entry.position);
  }
  parts_.store->drop_entries(log().identity().run_id, std::move(dropped));
}

asio::awaitable<Result<void>> Run::sleep(RunTask& task, std::chrono::nanoseconds duration) {
  if (!stopped(task)) {
    asio::steady_timer timer(parts_.strand);
    timer.expires_after(
        std::chrono::duration_cast<asio::steady_timer::clock_type::duration>(duration));
    task.timers.insert(&timer);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    task.timers.erase(&timer);
  }
  if (cancelled()) co_return fail(ErrorCode::kCancelled, "the run was stopped");
  if (task.cancelled) co_return fail(ErrorCode::kCancelled, "the task was cancelled");
  co_return Result<void>{};
}

}  // namespace tactus::runtime
