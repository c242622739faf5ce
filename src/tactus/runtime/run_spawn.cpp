// Tasks: started by Procedure.spawn, awaited, cancelled (language.md 10.5, 10.6).
#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <tactus/runtime/run.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

awaitable<Result<Json>> Run::spawn(RunTask& task, Callee callee, JsonObject input) {
  if (too_deep(task)) co_return fail(depth_error());
  EntryHead head;
  head.type = "spawn";
  head.name = callee.name;
  head.input = input;
  const std::string position = position_in(task.scope->position, task.scope->next_index);
  // The task runs to its first wait before its parent goes on, in a replay as it did live.
  head.before_turn = [&]() {
    return start_task(task, position, procedure_of(task, callee), input);
  };
  // What cannot be called is the caller's error, and nothing has started.
  const EntryBody body = [&](OpenEntry& open) -> awaitable<Result<Json>> {
    const auto procedure = procedure_of(task, callee);
    if (!procedure) co_return fail(procedure.error());
    if (auto checked = make_invocation(task, *procedure, input); !checked)
      co_return fail(checked.error());
    co_return Json(JsonObject{{"id", open.entry.position}, {"name", (*procedure)->shown_name()}});
  };
  co_return co_await recorded(task, head, body);
}

awaitable<void> Run::start_task(RunTask& parent, std::string position,
                                Result<ProcedurePtr> procedure, JsonObject input) {
  auto task = std::make_shared<RunTask>();
  task->id = position;
  if (procedure) task->name = (*procedure)->shown_name();
  task->root.position = std::move(position);
  task->root.outer = parent.scope;
  task->root.clock = parent.scope->clock;
  task->root.in_checkpoint = parent.scope->in_checkpoint;
  task->base_depth = parent.depth() + 1;
  task->started_at = format_time(task->root.clock);
  if (const Invocation* invocation = parent.invocation())
    task->dependencies = invocation->dependencies;
  if (const std::string nested_in = parent.parent(); !nested_in.empty())
    task->parents.push_back(nested_in);
  spawned_.push_back(task);
  tasks_.insert(task.get());
  parent.scope->spawned.push_back(task);
  asio::co_spawn(parts_.strand, run_task(task, std::move(procedure), std::move(input)),
                 [self = shared_from_this(), task](std::exception_ptr failure) {
                   if (failure) spdlog::critical("a task ended by a fault of the implementation");
                 });
  co_await asio::post(parts_.strand, asio::use_awaitable);
}

awaitable<void> Run::run_task(std::shared_ptr<RunTask> task, Result<ProcedurePtr> procedure,
                              JsonObject input) {
  Result<Json> outcome = Json(nullptr);
  Result<Invocation> entering =
      procedure ? make_invocation(*task, std::move(*procedure), std::move(input))
                : Result<Invocation>(fail(procedure.error()));
  if (!entering) {
    outcome = fail(entering.error());
  } else {
    const auto identity =
        LogTrace::identity_of("p" + task->id, trace_.procedures, parts_.record.generation);
    entering->call_id = identity.id;
    entering->position = task->id;
    // What it told to its end is not told again.
    outcome = co_await report_call(*task, std::move(*entering), identity.told);
  }
  if (outcome) {
    if (auto complete = check_scope_end(task->root); !complete) outcome = fail(complete.error());
  }
  forget_replay_in(task->id, true);
  co_await join_spawned(*task, task->root);
  forget_replay_in(task->id, false);
  for (const Json& effect : task->root.effects) {
    if (!is_of_task(effect)) task->root.outer->effects.push_back(effect);
  }
  task->dependencies.clear();
  task->outcome = std::move(outcome);
  task->ended_as = ++ended_tasks_;
  tasks_.erase(task.get());
  // Those that waited for it go on, and say so themselves.
  if (task->watchers.empty()) set_wait(*task, RunTask::Wait::kNone);
  for (const auto& watcher : task->watchers) watcher->cancel();
  task->watchers.clear();
}

std::shared_ptr<RunTask> Run::find_task(std::string_view id) const {
  for (const auto& task : spawned_) {
    if (task->id == id) return task;
  }
  return nullptr;
}

awaitable<Result<void>> Run::wait_for_tasks(RunTask& task,
                                            const std::vector<std::shared_ptr<RunTask>>& tasks,
                                            std::optional<WallTime> deadline) {
  const bool any_ended =
      std::any_of(tasks.begin(), tasks.end(), [](const auto& one) { return !!one->outcome; });
  if (!any_ended && !stopped(task)) {
    const auto ended = std::make_shared<asio::steady_timer>(parts_.strand);
    if (deadline) {
      ended->expires_after(std::max(*deadline - clock().wall(), std::chrono::nanoseconds(0)));
    } else {
      ended->expires_at(asio::steady_timer::time_point::max());
    }
    for (const auto& one : tasks) one->watchers.push_back(ended);
    task.timers.insert(ended.get());
    boost::system::error_code ignored;
    co_await ended->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    task.timers.erase(ended.get());
    for (const auto& one : tasks) std::erase(one->watchers, ended);
  }
  if (stopped(task)) co_return fail(ErrorCode::kCancelled, "the task was cancelled");
  co_return Result<void>{};
}

// At its next wait; what it waits for now ends at once.
void Run::cancel_task(RunTask& task) {
  if (task.outcome || task.cancelled) return;
  task.cancelled = true;
  Error error;
  error.code = ErrorCode::kCancelled;
  error.message = "the task was cancelled";
  vm_->abort_tasks_of(&task, error);
  for (llm::StopToken* token : task.tokens) token->stop();
  for (asio::steady_timer* timer : task.timers) timer->cancel();
}

}  // namespace tactus::runtime
