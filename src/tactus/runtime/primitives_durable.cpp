// checkpoint, Step, step, Checkpoint, Sleep, Retry (language.md 11).
#include <cmath>

#include <tactus/program/options.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kRetryOptions[] = {"max_attempts", "initial_delay", "max_delay",
                                              "backoff_factor", "on_error"};

std::shared_ptr<vm::Ref> check_function(lua_State* L, int index, const char* what) {
  if (lua_type(L, index) != LUA_TFUNCTION) {
    refuse(L, ErrorCode::kOption,
           fmt::format("{} expects a function, got {}", what, lua_typename(L, lua_type(L, index))));
  }
  return std::make_shared<vm::Ref>(L, index);
}

// Runs `head` with the function as its body; without one the body is empty.
int await_body(lua_State* L, EntryHead head, std::shared_ptr<vm::Ref> function) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  return await_json(
      L,
      [&run, &task, head = std::move(head),
       function = std::move(function)]() -> awaitable<Result<Json>> {
        const std::string path = head.name.empty() ? head.type : head.name;
        const EntryBody body = [&](OpenEntry&) -> awaitable<Result<Json>> {
          if (!function) co_return Json(nullptr);
          co_return co_await run.call_function(task, *function, path);
        };
        const std::string position = position_in(task.scope->position, task.scope->next_index);
        Result<Json> value = co_await run.recorded(task, head, body);
        Invocation* invocation = task.invocation();
        if (value && invocation && !head.name.empty())
          invocation->steps.insert_or_assign(head.name, RecordedStep{position, *value});
        co_return value;
      });
}

int checkpoint(lua_State* L) {
  check_running(L, run_of(L), "checkpoint");
  EntryHead head;
  head.type = "explicit_checkpoint";
  head.announce = true;
  const int at = first_argument(L);
  return await_body(L, std::move(head),
                    lua_isnoneornil(L, at) ? nullptr : check_function(L, at, "checkpoint"));
}

int step_at(lua_State* L, int at) {
  check_running(L, run_of(L), "Step.run");
  EntryHead head;
  head.type = "step";
  head.name = check_text(L, at, "Step.run");
  head.announce = true;
  auto function = check_function(L, at + 1, "Step.run");
  Invocation* invocation = task_of(L).invocation();
  TACTUS_ASSERT(invocation != nullptr);
  if (!invocation->step_names.insert(head.name).second) {
    Error error;
    error.code = ErrorCode::kStepName;
    error.message = fmt::format("there is a step '{}' in this invocation already", head.name);
    error.hint = "give each step a name of its own, for example with the loop's counter in it";
    vm::raise(L, std::move(error));
  }
  return await_body(L, std::move(head), std::move(function));
}

int step_run(lua_State* L) { return step_at(L, first_argument(L)); }

// step(name, fn): in a running body a step; while declaring, a step of tests, which a run ignores.
int step(lua_State* L) { return run_of(L).declaring() ? 0 : step_at(L, 1); }

int checkpoint_next_position(lua_State* L) {
  lua_pushinteger(L, task_of(L).scope->next_index);
  return 1;
}

const Json* recorded_step(lua_State* L, const char* function) {
  const std::string name = check_text(L, first_argument(L), function);
  const Invocation* invocation = task_of(L).invocation();
  if (!invocation) return nullptr;
  const auto found = invocation->steps.find(name);
  return found == invocation->steps.end() ? nullptr : &found->second.value;
}

int checkpoint_exists(lua_State* L) {
  lua_pushboolean(L, recorded_step(L, "Checkpoint.exists") != nullptr);
  return 1;
}

int checkpoint_get(lua_State* L) {
  const Json* value = recorded_step(L, "Checkpoint.get");
  return value ? push_value(L, *value) : 0;
}

int checkpoint_clear_all(lua_State* L) {
  check_running(L, run_of(L), "Checkpoint.clear_all");
  run_of(L).forget_entries(task_of(L), "");
  return 0;
}

// Checkpoint.clear_after(step name or index in this scope).
int checkpoint_clear_after(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  check_running(L, run, "Checkpoint.clear_after");
  const int at = first_argument(L);
  std::string position;
  if (lua_isinteger(L, at)) {
    position = position_in(task.scope->position, static_cast<int>(lua_tointeger(L, at)));
  } else {
    const std::string name = check_text(L, at, "Checkpoint.clear_after");
    const Invocation* invocation = task.invocation();
    const auto found = invocation->steps.find(name);
    if (found == invocation->steps.end())
      refuse(L, ErrorCode::kOption,
             fmt::format("Checkpoint.clear_after: no step '{}' is recorded", name));
    position = found->second.position;
  }
  run.forget_entries(task, position);
  return 0;
}

int sleep(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  check_running(L, run, "Sleep");
  const auto seconds = program::read_duration(L, 1);
  if (!seconds)
    refuse(L, ErrorCode::kOption, "Sleep: " + seconds.error().message, seconds.error().hint);
  return await_json(L, [&run, &task, duration = *seconds] {
    return run.recorded_sleep(task, std::chrono::duration<double>(duration));
  });
}

struct RetryOptions {
  std::shared_ptr<vm::Ref> function, on_error;
  lua_Integer max_attempts = 3;
  double initial_delay = 1, max_delay = 60, backoff_factor = 2;
};

double check_number(lua_State* L, int index, const char* key, double fallback, double minimum) {
  lua_getfield(L, index, key);
  double value = fallback;
  if (lua_type(L, -1) == LUA_TSTRING) {
    const auto seconds = program::read_duration(L, -1);
    value = seconds ? *seconds : -1;
  } else if (!lua_isnil(L, -1)) {
    value = lua_isnumber(L, -1) ? lua_tonumber(L, -1) : -1;
  }
  lua_pop(L, 1);
  if (!std::isfinite(value) || value < minimum) {
    refuse(L, ErrorCode::kOption,
           fmt::format("Retry.with_backoff: `{}` must be a number from {}", key, minimum));
  }
  return value;
}

RetryOptions check_retry_options(lua_State* L, int at) {
  RetryOptions options;
  options.function = check_function(L, at, "Retry.with_backoff");
  if (lua_isnoneornil(L, at + 1)) return options;
  if (!lua_istable(L, at + 1))
    refuse(L, ErrorCode::kOption, "Retry.with_backoff: the options are a table");
  check_known_keys(L, at + 1, kRetryOptions, "Retry.with_backoff");
  options.max_attempts = static_cast<lua_Integer>(check_number(L, at + 1, "max_attempts", 3, 1));
  options.initial_delay = check_number(L, at + 1, "initial_delay", 1, 0);
  options.max_delay = check_number(L, at + 1, "max_delay", 60, 0);
  options.backoff_factor = check_number(L, at + 1, "backoff_factor", 2, 1);
  lua_getfield(L, at + 1, "on_error");
  if (!lua_isnil(L, -1))
    options.on_error = check_function(L, lua_gettop(L), "Retry.with_backoff: `on_error`");
  lua_pop(L, 1);
  return options;
}

// Asks on_error whether to go on: anything but false does.
awaitable<Result<bool>> goes_on(Run& run, RunTask& task, const RetryOptions& options,
                                lua_Integer attempt, const Error& failure, double delay) {
  if (!options.on_error) co_return true;
  bool going = true;
  const auto called = co_await run.vm().run_task(
      *options.on_error,
      [&](lua_State* L) {
        lua_createtable(L, 0, 4);
        lua_pushinteger(L, attempt);
        lua_setfield(L, -2, "attempt");
        lua_pushinteger(L, options.max_attempts);
        lua_setfield(L, -2, "max_attempts");
        vm::push_error(L, failure);
        lua_setfield(L, -2, "error");
        lua_pushnumber(L, delay);
        lua_setfield(L, -2, "delay");
        return 1;
      },
      [&](lua_State* L, int count) {
        going = count < 1 || lua_type(L, -count) != LUA_TBOOLEAN || lua_toboolean(L, -count);
      },
      &task);
  if (!called) co_return fail(called.error());
  co_return going;
}

bool is_catchable(const Run& run, const RunTask& task, ErrorCode code) {
  return !run.stopped(task) && code != ErrorCode::kSandboxCpu && code != ErrorCode::kBudget &&
         code != ErrorCode::kReplayMismatch && code != ErrorCode::kDeterminism;
}

// What the script has raised becomes the `cause` of the error that says how often.
Error as_cause(Error failure) {
  const auto details = parse_json(failure.details.empty() ? "{}" : failure.details);
  const Json* const raised = details ? find_member(*details, vm::kRaised) : nullptr;
  if (raised == nullptr) return failure;
  failure.details.clear();
  return raised->is_null() ? failure : with_detail(std::move(failure), "cause", *raised);
}

// The function is not recorded as a whole, only what it does and the waits between its attempts.
awaitable<Result<vm::Pusher>> with_backoff(Run& run, RunTask& task, RetryOptions options) {
  double delay = options.initial_delay;
  for (lua_Integer attempt = 1;; ++attempt) {
    auto value = std::make_shared<vm::Ref>();
    const auto called = co_await run.vm().run_task(
        *options.function, [](lua_State*) { return 0; },
        [&](lua_State* L, int count) {
          if (count > 0) *value = vm::Ref(L, -count);
        },
        &task);
    if (called) {
      co_return vm::Pusher([value](lua_State* L) {
        value->push(L);
        return 1;
      });
    }
    Error failure = called.error();
    if (!is_catchable(run, task, failure.code)) co_return fail(std::move(failure));
    const bool last = attempt >= options.max_attempts;
    const double wait = std::min(delay, options.max_delay);
    Result<bool> going = false;
    if (!last) going = co_await goes_on(run, task, options, attempt, failure, wait);
    if (!going) co_return fail(going.error());
    if (!*going) {
      failure = as_cause(std::move(failure));
      failure.message = fmt::format("Retry failed after {} attempt{}: {}", attempt,
                                    attempt == 1 ? "" : "s", failure.message);
      co_return fail(std::move(failure));
    }
    JsonObject context{{"attempt", attempt}, {"delay", wait}, {"error", failure.message}};
    run.emit_log(&task, "WARNING", "Retrying after an error", Json(std::move(context)));
    const auto slept = co_await run.recorded_sleep(task, std::chrono::duration<double>(wait));
    if (!slept) co_return fail(slept.error());
    delay *= options.backoff_factor;
  }
}

int retry_with_backoff(lua_State* L) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  check_running(L, run, "Retry.with_backoff");
  const RetryOptions options = check_retry_options(L, first_argument(L));
  return vm::await(L, [&run, &task, options] { return with_backoff(run, task, options); });
}

}  // namespace

void open_durable_library(lua_State* L, Run& run) {
  open_library(L, run, "Step",
               {{"run", vm::guarded<step_run>}, {"checkpoint", vm::guarded<checkpoint>}});
  open_library(L, run, "Checkpoint",
               {{"next_position", vm::guarded<checkpoint_next_position>},
                {"exists", vm::guarded<checkpoint_exists>},
                {"get", vm::guarded<checkpoint_get>},
                {"clear_all", vm::guarded<checkpoint_clear_all>},
                {"clear_after", vm::guarded<checkpoint_clear_after>}});
  open_library(L, run, "Retry", {{"with_backoff", vm::guarded<retry_with_backoff>}});
  lua_pushglobaltable(L);
  vm::set_function(L, "step", vm::guarded<step>, &run);
  vm::set_function(L, "checkpoint", vm::guarded<checkpoint>, &run);
  vm::set_function(L, "Sleep", vm::guarded<sleep>, &run);
  lua_pop(L, 1);
}

}  // namespace tactus::runtime
