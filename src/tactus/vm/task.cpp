// Tasks: a Lua coroutine driven by a C++ one.
//
//   run_task ── lua_resume ─▶ task's coroutine ── resume ─▶ script's coroutine ── await(operation)
//      ▲                          │ propagates                  │
//      └──── yields ──────────────┴──────── yields ◀────────────┘
//
// `await` leaves its operation in the Task and yields; coroutine.resume passes such a yield outward
// (sandbox_coroutine.cpp); run_task awaits the operation and resumes the way back in.
#include <cstdlib>

#include <boost/system/system_error.hpp>

#include <tactus/vm/guarded.hpp>
#include <tactus/vm/interpreter.hpp>

namespace tactus::vm {
namespace {

Error vm_closed() {
  Error error;
  error.code = ErrorCode::kCancelled;
  error.message = "the interpreter was closed while the task waited";
  return error;
}

int task_ended(lua_State* state, int status, lua_KContext aborts) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(state) - 1;
  settle_caught_error(state, status, aborts);
  return lua_error(state);
}

// Bottom of a task's coroutine. The pcall makes __close handlers run with the hook enabled, also
// when the error came from the hook itself.
int task_main(lua_State* state) {
  const int arguments = lua_gettop(state) - 1;
  lua_pushcfunction(state, keep_traceback);
  lua_insert(state, 1);
  const lua_KContext aborts = abort_count(state);
  const int status = lua_pcallk(state, arguments, LUA_MULTRET, 1, aborts, task_ended);
  return task_ended(state, status, aborts);
}

// Unregisters a task however its C++ coroutine ends, also when it is destroyed while waiting.
class TaskOwner {
 public:
  TaskOwner() : task_(std::make_unique<Task>()) {}
  TaskOwner(const TaskOwner&) = delete;
  TaskOwner& operator=(const TaskOwner&) = delete;
  ~TaskOwner() {
    Interpreter* const interpreter = task_->interpreter;
    if (interpreter == nullptr) return;
    std::erase(interpreter->tasks, task_.get());
    luaL_unref(interpreter->main, LUA_REGISTRYINDEX, task_->anchor);
  }
  Task& operator*() const { return *task_; }

 private:
  std::unique_ptr<Task> task_;
};

// Makes the coroutine, with the function and its arguments on it.
Result<int> prepare(Interpreter& interpreter, Task& task, const Ref& function,
                    const Pusher& arguments) {
  int count = 0;
  auto done = interpreter.protect([&](lua_State* state) {
    interpreter.tasks.reserve(interpreter.tasks.size() + 1);
    lua_State* const thread = lua_newthread(state);
    const Ref keep_until_anchored(state, -1);
    lua_pushcfunction(state, task_main);
    function.push(state);
    count = 1 + (arguments ? arguments(state) : 0);
    if (lua_checkstack(thread, count + 1) == 0) raise_memory(state);
    lua_xmove(state, thread, count + 1);
    lua_settop(state, 1);
    task.anchor = luaL_ref(state, LUA_REGISTRYINDEX);
    task.thread = thread;
    task.activation.task = &task;
    task.interpreter = &interpreter;
    interpreter.tasks.push_back(&task);
  });
  if (!done) return fail(std::move(done.error()));
  return count;
}

struct Step {
  int status;
  int results;
};

// Runs the task until it waits or ends.
Step resume(Task& task, int arguments) {
  Interpreter& interpreter = *task.interpreter;
  lua_State* const from = interpreter.innermost();
  set_flag(task.thread, ThreadFlag::kHostWait, false);
  task.waiting = false;
  Step step{};
  {
    const ActivationScope scope(interpreter, task.activation, task.thread);
    step.status = lua_resume(task.thread, from, arguments, &step.results);
  }
  // Other tasks can hold this coroutine (coroutine.running); it is not theirs to resume.
  if (task.waiting) set_flag(task.thread, ThreadFlag::kHostWait, true);
  return step;
}

Result<void> finish(Task& task, Step step,
                    const std::function<void(lua_State*, int)>& take_results) {
  Interpreter& interpreter = *task.interpreter;
  if (task.activation.abort) return fail(*task.activation.abort);
  if (step.status == LUA_ERRMEM) return fail(memory_error(interpreter));
  if (step.status == LUA_OK) {
    return interpreter.protect([&](lua_State* state) {
      luaL_checkstack(state, step.results, "too many results");
      lua_xmove(task.thread, state, step.results);
      if (take_results) take_results(state, step.results);
    });
  }
  Error error;
  auto converted = interpreter.protect([&](lua_State* state) {
    lua_xmove(task.thread, state, 1);
    error = error_at(state, -1);
  });
  return fail(converted ? std::move(error) : std::move(converted.error()));
}

// Awaits an operation; exceptions become errors. A cancelled C++ coroutine cancels its task.
awaitable<Result<Pusher>> settle(Operation operation, bool& cancelled) {
  Error error;
  try {
    awaitable<Result<Pusher>> pending = operation();
    co_return co_await std::move(pending);
  } catch (const boost::system::system_error& exception) {
    cancelled = exception.code() == boost::asio::error::operation_aborted;
    error.code = cancelled ? ErrorCode::kCancelled : ErrorCode::kInternal;
    error.message = cancelled ? "the task was cancelled" : exception.what();
  } catch (const std::exception& exception) {
    error.message = exception.what();
  }
  co_return fail(std::move(error));
}

// Errors that no pcall of the waiting task may catch either.
bool ends_the_task(ErrorCode code) {
  return code == ErrorCode::kSandboxCpu || code == ErrorCode::kBudget ||
         code == ErrorCode::kReplayMismatch || code == ErrorCode::kDeterminism;
}

int await_ended(lua_State* state, int /*status*/, lua_KContext /*context*/) {
  // What was awaited may have failed because of the stop: that must not look catchable.
  take_interrupt(interpreter_of(state));
  const Activation* const activation = interpreter_of(state).current;
  if (activation->abort) raise_abort(state);
  std::optional<Result<Pusher>> outcome = std::move(activation->task->outcome);
  activation->task->outcome.reset();
  TACTUS_ASSERT(outcome.has_value());
  if (!*outcome) {
    // What ended a task that this one waited for (a called procedure, a handler) ends this one too.
    const ErrorCode code = outcome->error().code;
    if (ends_the_task(code)) raise_uncatchable(state, std::move(outcome->error()));
    raise(state, std::move(outcome->error()));
  }
  luaL_checkstack(state, LUA_MINSTACK, nullptr);
  return **outcome ? (**outcome)(state) : 0;
}

Error cannot_wait() {
  Error error;
  error.code = ErrorCode::kYield;
  error.message = "waiting is not possible here";
  error.hint =
      "wait before or after, not inside a sort comparison, a gsub replacement, __tostring, __gc, a "
      "loading module or a prompt function";
  return error;
}

bool can_wait(const Interpreter& interpreter) {
  const Activation* const activation = interpreter.current;
  if (activation == nullptr || activation->task == nullptr) return false;
  // From the innermost thread outward to the task's own coroutine.
  for (std::size_t at = interpreter.running.size(); at > 0; --at) {
    lua_State* const thread = interpreter.running[at - 1];
    if (lua_isyieldable(thread) == 0) return false;
    if (thread == activation->task->thread) return true;
  }
  return false;
}

}  // namespace

int await(lua_State* state, Operation operation) {
  const Interpreter& interpreter = interpreter_of(state);
  if (interpreter.phase_error) {
    Error error;
    error.code = ErrorCode::kPhase;
    error.message = *interpreter.phase_error;
    raise(state, std::move(error));
  }
  if (interpreter.current != nullptr && interpreter.current->abort) raise_abort(state);
  if (interpreter.host.refuse_wait) {
    if (std::optional<Error> why = interpreter.host.refuse_wait()) raise(state, std::move(*why));
  }
  if (!can_wait(interpreter)) raise(state, cannot_wait());
  Task& task = *interpreter.current->task;
  task.operation = std::move(operation);
  task.waiting = true;
  return lua_yieldk(state, 0, 0, guarded_continuation<await_ended>);
}

awaitable<Result<void>> Vm::run_task(const Ref& function, Pusher arguments,
                                     std::function<void(lua_State*, int)> take_results,
                                     void* context) {
  TaskOwner owner;
  Task& task = *owner;
  task.activation.context = context;
  Result<int> prepared = prepare(*interpreter_, task, function, arguments);
  if (!prepared) co_return fail(std::move(prepared.error()));
  Step step = resume(task, *prepared);
  while (task.waiting) {
    Operation operation = std::move(task.operation);
    task.operation = nullptr;
    bool cancelled = false;
    std::optional<Result<Pusher>> outcome;
    try {
      outcome.emplace(co_await settle(std::move(operation), cancelled));
    } catch (const boost::system::system_error&) {  // Cancelled before it could begin.
      cancelled = true;
    }
    // The Vm may be gone by now; the task says so.
    if (task.interpreter == nullptr) co_return fail(vm_closed());
    if (cancelled && !task.activation.abort) {
      Error error;
      error.code = ErrorCode::kCancelled;
      error.message = "the task was cancelled";
      task.activation.abort = std::move(error);
    }
    task.outcome = std::move(outcome);
    step = resume(task, 0);
  }
  co_return finish(task, step, take_results);
}

void Vm::interrupt() { interpreter_->interrupted.store(true, std::memory_order_release); }

void Vm::abort_tasks(Error error) {
  Interpreter& interpreter = *interpreter_;
  for (Task* task : interpreter.tasks) {
    if (!task->activation.abort) task->activation.abort = error;
  }
  for (Activation* active = interpreter.current; active != nullptr; active = active->outer) {
    if (!active->abort) active->abort = error;
  }
  for (lua_State* thread : interpreter.running) fire_hook_soon(thread);
}

void Vm::abort_tasks_of(const void* context, const Error& error) {
  Interpreter& interpreter = *interpreter_;
  for (Task* task : interpreter.tasks) {
    if (task->activation.context == context && !task->activation.abort)
      task->activation.abort = error;
  }
  for (lua_State* thread : interpreter.running) fire_hook_soon(thread);
}

}  // namespace tactus::vm
