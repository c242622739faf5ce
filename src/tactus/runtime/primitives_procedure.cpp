// Procedure: calling, and running several at once (language.md 10.5).
#include <algorithm>

#include <tactus/program/options.hpp>
#include <tactus/runtime/closing_prompts.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/lua_binding.hpp>

namespace tactus::runtime {
namespace {

JsonObject check_input(lua_State* L, int at, const std::string& name) {
  if (lua_isnoneornil(L, at)) return {};
  Json input = check_json(L, at, "input", "passed to a procedure");
  if (input.is_array() && input.get_array().empty()) return {};
  if (!input.is_object()) {
    refuse(L, ErrorCode::kInput,
           fmt::format("procedure '{}' is called with a table of inputs", name));
  }
  return input.get_object();
}

// What a name means: a procedure of the calling task's file, else a file.
Callee callee_of(lua_State* L, const std::string& name) {
  for (const auto& procedure : realm_of(L).program.procedures) {
    if (procedure->name == name) return Callee(procedure);
  }
  return {name, vm::place_of_caller(L).file};
}

// Procedure.run and .spawn: `call` is what is done with the procedure.
using ProcedureCall = awaitable<Result<Json>> (Run::*)(RunTask&, Callee, JsonObject);

int call_by_name(lua_State* L, const char* function, ProcedureCall call) {
  Run& run = run_of(L);
  check_running(L, run, function);
  const int at = first_argument(L);
  const std::string name = check_text(L, at, function);
  JsonObject input = check_input(L, at + 1, name);
  const Callee callee = callee_of(L, name);
  return await_json(L, [&run, &task = task_of(L), call, callee, input = std::move(input)] {
    return (run.*call)(task, callee, input);
  });
}

int procedure_run(lua_State* L) { return call_by_name(L, "Procedure.run", &Run::invoke); }
int procedure_spawn(lua_State* L) { return call_by_name(L, "Procedure.spawn", &Run::spawn); }

// --- Handles ---

std::shared_ptr<RunTask> check_handle(lua_State* L, int at, const char* function) {
  std::string id;
  if (lua_istable(L, at)) {
    lua_getfield(L, at, "id");
    if (lua_type(L, -1) == LUA_TSTRING) id = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  auto task = run_of(L).find_task(id);
  if (!task) {
    refuse(L, ErrorCode::kOption,
           fmt::format("{} expects a handle that Procedure.spawn returned", function));
  }
  return task;
}

struct Handles {
  std::vector<Json> keys;  // Integer or text, as in the table; ascending, texts last.
  std::vector<std::shared_ptr<RunTask>> tasks;
};

bool key_less(const Json& a, const Json& b) {
  if (a.is_string() != b.is_string()) return b.is_string();
  return a.is_string() ? a.get_string() < b.get_string()
                       : a.to_number<lua_Integer>() < b.to_number<lua_Integer>();
}

Handles check_handles(lua_State* L, int at, const char* function) {
  if (!lua_istable(L, at))
    refuse(L, ErrorCode::kOption, fmt::format("{} expects a table of handles", function));
  // What is recorded names tasks by their place, which the order of a table in memory does not
  // keep.
  std::map<Json, std::shared_ptr<RunTask>, decltype(&key_less)> sorted(key_less);
  const int table = lua_absindex(L, at);
  lua_pushnil(L);
  while (lua_next(L, table) != 0) {
    const bool is_integer = lua_isinteger(L, -2) != 0;
    if (!is_integer && lua_type(L, -2) != LUA_TSTRING)
      refuse(L, ErrorCode::kOption, fmt::format("{}: keys are names or 1, 2 …", function));
    Json key = is_integer ? Json(lua_tointeger(L, -2)) : Json(lua_tostring(L, -2));
    sorted.emplace(std::move(key), check_handle(L, lua_gettop(L), function));
    lua_pop(L, 1);
  }
  Handles handles;
  for (auto& [key, task] : sorted) {
    handles.keys.push_back(key);
    handles.tasks.push_back(std::move(task));
  }
  return handles;
}

// A duration, or {timeout = duration}.
std::optional<double> check_timeout(lua_State* L, int at, const char* function) {
  if (lua_isnoneornil(L, at)) return std::nullopt;
  lua_pushvalue(L, at);
  if (lua_istable(L, -1)) {
    constexpr std::string_view kKeys[] = {"timeout"};
    check_known_keys(L, at, kKeys, function);
    lua_getfield(L, at, "timeout");
    if (lua_isnil(L, -1)) return std::nullopt;
  }
  const auto seconds = program::read_duration(L, -1);
  if (!seconds)
    refuse(L, ErrorCode::kOption,
           fmt::format("{}: `timeout` {}", function, seconds.error().message));
  return *seconds;
}

// --- Waiting ---

struct Wait {
  Handles handles;
  std::optional<double> timeout;
  bool all = false;
  bool single = false;  // Of Procedure.wait: the error of the task is the caller's.
};

bool all_ended(const Handles& handles) {
  return std::all_of(handles.tasks.begin(), handles.tasks.end(),
                     [](const auto& task) { return task->outcome.has_value(); });
}

// Index of the task that ended first; −1 when none has.
int first_ended(const Handles& handles) {
  int first = -1;
  for (std::size_t i = 0; i < handles.tasks.size(); ++i) {
    if (!handles.tasks[i]->outcome) continue;
    if (first < 0 ||
        handles.tasks[i]->ended_as < handles.tasks[static_cast<std::size_t>(first)]->ended_as)
      first = static_cast<int>(i);
  }
  return first;
}

Result<Json> outputs_of(const Handles& handles) {
  const RunTask* failed = nullptr;
  JsonArray outputs;
  for (const auto& task : handles.tasks) {
    if (!*task->outcome && (!failed || task->ended_as < failed->ended_as)) failed = task.get();
    outputs.push_back(*task->outcome ? **task->outcome : Json(nullptr));
  }
  if (failed) return fail(failed->outcome->error());
  return Json(JsonObject{{"outputs", std::move(outputs)}});
}

Result<Json> outcome_of(const Wait& wait) {
  if (wait.all) return outputs_of(wait.handles);
  const int first = first_ended(wait.handles);
  const RunTask& task = *wait.handles.tasks[static_cast<std::size_t>(first)];
  if (wait.single && !*task.outcome) return fail(task.outcome->error());
  return Json(
      JsonObject{{"index", first}, {"output", *task.outcome ? **task.outcome : Json(nullptr)}});
}

// {"timeout": true}, {"outputs": […]} or {"index", "output"}.
awaitable<Result<Json>> recorded_wait(Run& run, RunTask& task, const Wait& wait) {
  EntryHead head;
  head.type = "wait";
  JsonArray ids;
  for (const auto& waited : wait.handles.tasks) {
    ids.push_back(Json(waited->id));
    waited->awaited = true;
  }
  head.input = std::move(ids);
  const EntryBody body = [&](OpenEntry& open) -> awaitable<Result<Json>> {
    std::optional<WallTime> deadline = parse_time(string_member(open.entry.start, "until"));
    if (wait.timeout && !deadline) {
      deadline = run.clock().wall() + std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::duration<double>(*wait.timeout));
      open.begin_waiting(JsonObject{{"until", format_time(*deadline)}});
    }
    const auto done = [&] {
      return wait.all ? all_ended(wait.handles) : first_ended(wait.handles) >= 0;
    };
    while (!done()) {
      if (deadline && run.clock().wall() >= *deadline)
        co_return Json(JsonObject{{"timeout", true}});
      std::vector<std::shared_ptr<RunTask>> open_tasks;
      for (const auto& waited : wait.handles.tasks)
        if (!waited->outcome) open_tasks.push_back(waited);
      run.set_wait(task, RunTask::Wait::kTask, deadline);
      const auto woken = co_await run.wait_for_tasks(task, open_tasks, deadline);
      run.set_wait(task, RunTask::Wait::kNone);
      if (!woken) co_return fail(woken.error());
    }
    co_return outcome_of(wait);
  };
  co_return co_await run.recorded(task, std::move(head), body);
}

int push_timeout(lua_State* L) {
  lua_pushnil(L);
  lua_pushliteral(L, "timeout");
  return 2;
}

int await_wait(lua_State* L, Wait wait, std::function<int(lua_State*, const Json&)> push) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  return vm::await(L,
                   [&run, &task, wait = std::move(wait),
                    push = std::move(push)]() -> awaitable<Result<vm::Pusher>> {
                     auto outcome = co_await recorded_wait(run, task, wait);
                     if (!outcome) co_return fail(outcome.error());
                     co_return vm::Pusher([push, outcome = std::move(*outcome)](lua_State* state) {
                       return bool_member(outcome, "timeout") ? push_timeout(state)
                                                              : push(state, outcome);
                     });
                   });
}

int procedure_wait(lua_State* L) {
  check_running(L, run_of(L), "Procedure.wait");
  const int at = first_argument(L);
  Wait wait;
  wait.single = true;
  wait.handles.keys.emplace_back(1);
  wait.handles.tasks.push_back(check_handle(L, at, "Procedure.wait"));
  wait.timeout = check_timeout(L, at + 1, "Procedure.wait");
  return await_wait(L, std::move(wait), [](lua_State* state, const Json& outcome) {
    return push_value(state, outcome.at("output"));
  });
}

void push_key(lua_State* L, const Json& key) {
  if (key.is_string()) {
    push_text(L, std::string_view(key.get_string()));
  } else {
    lua_pushinteger(L, key.to_number<lua_Integer>());
  }
}

int procedure_wait_any(lua_State* L) {
  check_running(L, run_of(L), "Procedure.wait_any");
  const int at = first_argument(L);
  Wait wait;
  wait.handles = check_handles(L, at, "Procedure.wait_any");
  if (wait.handles.tasks.empty())
    refuse(L, ErrorCode::kOption, "Procedure.wait_any: the table of handles is empty");
  wait.timeout = check_timeout(L, at + 1, "Procedure.wait_any");
  const auto handles = std::make_shared<vm::Ref>(L, at);
  const std::vector<Json> keys = wait.handles.keys;
  return await_wait(L, std::move(wait), [handles, keys](lua_State* state, const Json& outcome) {
    const Json& key = keys.at(outcome.at("index").to_number<std::size_t>());
    handles->push(state);
    push_key(state, key);
    lua_rawget(state, -2);
    lua_remove(state, -2);
    push_key(state, key);
    return 2 + push_value(state, outcome.at("output"));
  });
}

int procedure_wait_all(lua_State* L) {
  check_running(L, run_of(L), "Procedure.wait_all");
  const int at = first_argument(L);
  Wait wait;
  wait.all = true;
  wait.handles = check_handles(L, at, "Procedure.wait_all");
  wait.timeout = check_timeout(L, at + 1, "Procedure.wait_all");
  const std::vector<Json> keys = wait.handles.keys;
  return await_wait(L, std::move(wait), [keys](lua_State* state, const Json& outcome) {
    const JsonArray& outputs = outcome.at("outputs").as_array();
    lua_createtable(state, 0, static_cast<int>(keys.size()));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      push_key(state, keys[i]);
      vm::push_json(state, outputs.at(i));
      lua_rawset(state, -3);
    }
    return 1;
  });
}

// --- Looking at tasks, and ending them ---

std::string_view state_name(const RunTask& task) {
  if (!task.outcome) {
    if (task.wait == RunTask::Wait::kHuman) return "waiting_for_human";
    return task.wait == RunTask::Wait::kSleep ? "sleeping" : "running";
  }
  if (*task.outcome) return "completed";
  return task.outcome->error().code == ErrorCode::kCancelled ? "cancelled" : "failed";
}

JsonObject status_of(const RunTask& task) {
  JsonObject status{{"state", state_name(task)},
                    {"waiting_for_human", task.wait == RunTask::Wait::kHuman},
                    {"started_at", task.started_at}};
  if (task.outcome && !*task.outcome) status["error"] = to_json(task.outcome->error());
  return status;
}

// Records what is found out about tasks now, so that a replay finds the same.
int await_observation(lua_State* L, const char* type, std::function<Result<Json>()> observe) {
  Run& run = run_of(L);
  RunTask& task = task_of(L);
  EntryHead head;
  head.type = type;
  return await_json(L,
                    [&run, &task, head = std::move(head),
                     observe = std::move(observe)]() -> awaitable<Result<Json>> {
                      const EntryBody body = [&](OpenEntry&) -> awaitable<Result<Json>> {
                        co_return observe();
                      };
                      co_return co_await run.recorded(task, head, body);
                    });
}

bool wants_report(lua_State* L, int at) {
  if (lua_isnoneornil(L, at)) return false;
  if (!lua_istable(L, at))
    refuse(L, ErrorCode::kOption, "Procedure.status expects a table of options",
           "Procedure.status(handle, { report = true })");
  constexpr std::string_view kKeys[] = {"report"};
  check_known_keys(L, at, kKeys, "Procedure.status");
  lua_getfield(L, at, "report");
  const bool wanted = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return wanted;
}

awaitable<Result<Json>> recorded_status(Run& run, RunTask& task, RunTask& about, bool report) {
  EntryHead head;
  head.type = "status";
  const EntryBody body = [&](OpenEntry& open) -> awaitable<Result<Json>> {
    JsonObject status = status_of(about);
    if (const Realm& realm = run.realm_of(task); realm.stage) status["stage"] = *realm.stage;
    if (report) {
      const auto text = co_await report_on(open, about);
      if (!text) co_return fail(text.error());
      if (!text->empty()) status["report"] = *text;
    }
    co_return Json(std::move(status));
  };
  co_return co_await run.recorded(task, std::move(head), body);
}

int procedure_status(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "Procedure.status");
  const int at = first_argument(L);
  const auto about = check_handle(L, at, "Procedure.status");
  const bool report = wants_report(L, at + 1);
  return await_json(L, [&run, &task = task_of(L), about, report] {
    return recorded_status(run, task, *about, report);
  });
}

int procedure_result(lua_State* L) {
  check_running(L, run_of(L), "Procedure.result");
  const auto task = check_handle(L, first_argument(L), "Procedure.result");
  return await_observation(L, "status", [task]() -> Result<Json> {
    return task->outcome ? *task->outcome : Result<Json>(Json(nullptr));
  });
}

int procedure_is_complete(lua_State* L) {
  check_running(L, run_of(L), "Procedure.is_complete");
  const auto task = check_handle(L, first_argument(L), "Procedure.is_complete");
  return await_observation(L, "status",
                           [task]() -> Result<Json> { return Json(task->outcome.has_value()); });
}

int procedure_all_complete(lua_State* L) {
  check_running(L, run_of(L), "Procedure.all_complete");
  const Handles handles = check_handles(L, first_argument(L), "Procedure.all_complete");
  return await_observation(L, "status",
                           [handles]() -> Result<Json> { return Json(all_ended(handles)); });
}

// Whether what an earlier generation has recorded of a cancelled task says so itself.
bool tells_of_its_end(const Run& run, const RunTask& task) {
  const auto entries = run.replay().nested_in(task.id);
  return std::any_of(entries.begin(), entries.end(),
                     [](const journal::CheckpointEntry* entry) { return ended_its_task(*entry); });
}

// A message for the next turn of the task; false when it has ended.
int procedure_inject(lua_State* L) {
  Run& run = run_of(L);
  check_running(L, run, "Procedure.inject");
  const int at = first_argument(L);
  const auto target = check_handle(L, at, "Procedure.inject");
  const std::string text = check_text(L, at + 1, "Procedure.inject");
  return await_json(L, [&run, &task = task_of(L), target, text]() -> awaitable<Result<Json>> {
    EntryHead head;
    head.type = "inject";
    head.input = JsonObject{{"task", target->id}, {"text", text}};
    const EntryBody body = [&](OpenEntry& open) -> awaitable<Result<Json>> {
      if (target->outcome) co_return Json(false);
      HistoryMessage message;
      message.id = injected_id(open.entry.position);
      message.created_at = format_time(open.scope.clock);
      message.message.role = llm::Role::kUser;
      message.message.content = text;
      run.inject(task, *target, std::move(message));
      co_return Json(true);
    };
    co_return co_await run.recorded(task, std::move(head), body);
  });
}

int procedure_cancel(lua_State* L) {
  check_running(L, run_of(L), "Procedure.cancel");
  const auto task = check_handle(L, first_argument(L), "Procedure.cancel");
  Run& run = run_of(L);
  RunTask& caller = task_of(L);
  return await_json(L, [&run, &caller, task]() -> awaitable<Result<Json>> {
    EntryHead head;
    head.type = "cancel";
    const EntryBody body = [&](OpenEntry&) -> awaitable<Result<Json>> {
      const bool was_live = !task->outcome;
      run.cancel_task(*task);
      co_return Json(was_live);
    };
    bool replayed = false;
    auto cancelled = co_await run.recorded(caller, head, body, &replayed);
    if (replayed && cancelled && *cancelled == Json(true) && !tells_of_its_end(run, *task))
      run.cancel_task(*task);
    co_return cancelled;
  });
}

}  // namespace

void open_procedure_library(lua_State* L, Run& run) {
  open_library(L, run, "Procedure",
               {{"run", vm::guarded<procedure_run>},
                {"spawn", vm::guarded<procedure_spawn>},
                {"wait", vm::guarded<procedure_wait>},
                {"wait_any", vm::guarded<procedure_wait_any>},
                {"wait_all", vm::guarded<procedure_wait_all>},
                {"result", vm::guarded<procedure_result>},
                {"status", vm::guarded<procedure_status>},
                {"is_complete", vm::guarded<procedure_is_complete>},
                {"all_complete", vm::guarded<procedure_all_complete>},
                {"inject", vm::guarded<procedure_inject>},
                {"cancel", vm::guarded<procedure_cancel>}});
}

}  // namespace tactus::runtime
