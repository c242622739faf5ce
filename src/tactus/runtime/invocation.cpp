// Calls of procedures: input, state, guards, body, output (language.md 10.2).
#include <lua.h>

#include <tactus/runtime/closing_prompts.hpp>
#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/inputs.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/strictness.hpp>
#include <tactus/runtime/turn_stream.hpp>

namespace tactus::runtime {
namespace {

constexpr int kDepthMax = 5;  // Unless main says otherwise.
// Whatever max_depth says: each call takes frames of the process that no cap of the interpreter
// counts.
constexpr int kDepthCeiling = 500;

JsonObject defaults_of(const schema::Schema& fields) {
  JsonObject values;
  for (const schema::Field& field : fields.fields) {
    if (field.default_value) values[field.name] = *field.default_value;
  }
  return values;
}

int call_input_function(lua_State* L) {
  lua_remove(L, 1);  // The table that was called.
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 0);
  return 0;
}

// In script mode `input` is both what the program was given and, as `input {…}`, the declaration.
// Makes the table on top that. [-0, +0, e]
void make_callable(lua_State* L, const vm::Ref& input_function) {
  if (!input_function) return;
  lua_createtable(L, 0, 1);
  input_function.push(L);
  lua_pushcclosure(L, call_input_function, 1);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
}

awaitable<Result<Json>> check_guard(Run& run, RunTask& task, const vm::Ref& guard) {
  std::string why;
  bool passed = true;
  const auto called = co_await run.vm().run_task(
      guard, [](lua_State*) { return 0; },
      [&](lua_State* L, int count) {
        if (count < 1) return;
        passed = lua_type(L, -count) != LUA_TBOOLEAN || lua_toboolean(L, -count);
        if (count > 1) why = vm::to_display_text(L, -count + 1);
      },
      &task);
  if (!called) co_return fail(called.error());
  if (!passed) co_return fail(ErrorCode::kGuard, why.empty() ? "a guard refused the call" : why);
  co_return Json(nullptr);
}

// The chain of calls that an error has passed, innermost first.
Error with_caller(Error error, const std::string& name) {
  JsonArray chain;
  const auto details = parse_json(error.details.empty() ? "{}" : error.details);
  const Json* known = details ? find_member(*details, "procedures") : nullptr;
  if (known && known->is_array()) chain = known->get_array();
  chain.push_back(Json(name));
  return with_detail(std::move(error), "procedures", std::move(chain));
}

}  // namespace

awaitable<Result<Json>> Run::invoke_main() {
  const auto main = main_realm().program.main;
  auto entering = make_invocation(main_task_, main, parts_.inputs);
  if (!entering) co_return fail(entering.error());
  for (const auto& member : parts_.record.context)
    entering->undeclared[member.key()] = member.value();
  Result<Json> outcome = co_await run_body(main_task_, std::move(*entering), main_summary_);
  if (outcome) {
    if (auto complete = check_scope_end(main_task_.root); !complete)
      outcome = fail(complete.error());
  }
  forget_replay_in("", true);
  co_await join_spawned(main_task_, main_task_.root);
  co_return outcome;
}

awaitable<Result<Json>> Run::invoke(RunTask& task, Callee callee, JsonObject input) {
  if (too_deep(task)) co_return fail(depth_error());
  EntryHead head;
  head.type = "procedure_call";
  head.name = callee.name;
  head.input = input;
  const EntryBody body = [&](OpenEntry& open) -> awaitable<Result<Json>> {
    const auto procedure = procedure_of(task, callee);
    if (!procedure) co_return fail(procedure.error());
    auto entering = make_invocation(task, *procedure, input);
    if (!entering) co_return fail(entering.error());
    const auto identity = LogTrace::identity_of("p" + open.entry.position, trace_.procedures,
                                                parts_.record.generation);
    entering->call_id = identity.id;
    entering->position = open.entry.position;
    const std::string owner = entering->position;
    Result<Json> outcome = co_await report_call(task, std::move(*entering), identity.told);
    // Agents that it declared end with it.
    auto& effects = open.scope.effects;
    effects.erase(
        std::remove_if(effects.begin(), effects.end(),
                       [&](const Json& effect) { return string_member(effect, "owner") == owner; }),
        effects.end());
    if (!outcome) outcome = fail(with_caller(outcome.error(), (*procedure)->shown_name()));
    co_return outcome;
  };
  co_return co_await recorded(task, std::move(head), body);
}

// The call with its events, those that an earlier generation has not told.
awaitable<Result<Json>> Run::report_call(RunTask& task, Invocation entering,
                                         const std::string& told) {
  const std::string call_id = entering.call_id;
  const std::string name = entering.procedure->shown_name();
  const std::string parent = task.parent();
  entering.parent = parent;
  std::string summary;
  const auto report = [&](std::string_view stage, std::string_view key, Json value) {
    JsonObject body{{"call_id", call_id}, {"name", name}, {"stage", stage}};
    body["parent"] = parent.empty() ? Json(nullptr) : Json(parent);
    body[key] = std::move(value);
    if (!summary.empty()) body["summary"] = summary;
    append(journal::EventType::kProcedureCall, std::move(body));
  };
  if (told.empty()) report("started", "inputs", entering.input);
  task.parents.push_back(call_id);
  Result<Json> outcome = co_await run_body(task, std::move(entering), summary);
  task.parents.pop_back();
  if (told == "completed") co_return outcome;
  if (outcome) {
    report("completed", "result", *outcome);
  } else if (!interrupted()) {
    report(outcome.error().code == ErrorCode::kCancelled ? "cancelled" : "failed", "error",
           to_json(outcome.error()));
  }
  co_return outcome;
}

bool Run::too_deep(const RunTask& task) const {
  const int depth_max =
      std::min(files_.main().program.main->max_depth.value_or(kDepthMax), kDepthCeiling);
  return task.depth() + 1 > static_cast<std::size_t>(depth_max);
}

Error Run::depth_error() const {
  const int depth_max =
      std::min(files_.main().program.main->max_depth.value_or(kDepthMax), kDepthCeiling);
  Error error;
  error.code = ErrorCode::kDepth;
  error.message = fmt::format("Maximum recursion depth ({}) exceeded", depth_max);
  error.hint = "end the recursion earlier, or raise `max_depth` of main";
  return error;
}

Result<Invocation> Run::make_invocation(RunTask& task, ProcedurePtr procedure, JsonObject input) {
  Invocation entering;
  auto checked = check_inputs(*procedure, std::move(input));
  if (!checked) return fail(checked.error());
  entering.procedure = std::move(procedure);
  entering.realm = &files_.declaring(*entering.procedure);
  if (auto required = check_required(entering.realm->program, parts_.config, *entering.procedure);
      !required)
    return fail(required.error());
  const Invocation* caller = task.invocation();
  entering.dependencies =
      open_dependencies(caller ? caller->dependencies : task.dependencies, *entering.procedure);
  entering.input = std::move(checked->declared);
  entering.undeclared = std::move(checked->undeclared);
  for (const auto& member : entering.undeclared) {
    warn(&task, ErrorCode::kInput,
         fmt::format("procedure '{}' has no input '{}'; it is left out",
                     entering.procedure->shown_name(), std::string_view(member.key())));
  }
  return entering;
}

// Guards, body, output, closing prompts; the invocation is the task's current one meanwhile.
// `summary` is what a `return_prompt` brought.
awaitable<Result<Json>> Run::run_body(RunTask& task, Invocation entering, std::string& summary) {
  const auto procedure = entering.procedure;
  emit_state_changes(task);
  if (auto entered = enter(task, std::move(entering)); !entered) co_return fail(entered.error());
  Result<Json> outcome = co_await run_code(task, *procedure);
  co_await close_stream(task, *task.scope);
  if (outcome && cancelled()) outcome = fail(ErrorCode::kCancelled, "the run was stopped");
  if (outcome) {
    if (auto checked = check_state(*this, task); !checked) outcome = fail(checked.error());
  }
  emit_state_changes(task);
  if (outcome) outcome = checked_output(task, *procedure, std::move(*outcome));
  outcome = co_await close_body(*this, task, std::move(outcome), summary);
  task.invocations.pop_back();
  co_return outcome;
}

awaitable<Result<Json>> Run::run_code(RunTask& task,
                                      const program::ProcedureDeclaration& procedure) {
  for (const vm::Ref& guard : procedure.guards) {
    if (auto passed = co_await check_guard(*this, task, guard); !passed) co_return passed;
  }
  co_return co_await call_function(task, procedure.body, "result", "returned");
}

awaitable<Result<Json>> Run::call_function(RunTask& task, const vm::Ref& function, std::string path,
                                           std::string what) {
  Result<Json> value = Json(nullptr);
  vm::ToJsonOptions options;
  options.path = std::move(path);
  options.what = std::move(what);
  const auto called = co_await vm_->run_task(
      function, [](lua_State*) { return 0; },
      [&](lua_State* L, int count) {
        if (count > 0) value = vm::to_json(L, -count, options);
      },
      &task);
  if (!called) co_return fail(called.error());
  co_return value;
}

Result<void> Run::enter(RunTask& task, Invocation entering) {
  const bool is_main = entering.call_id.empty();
  Realm& realm = *entering.realm;
  const JsonObject defaults = defaults_of(entering.procedure->state);
  const auto made = vm_->protect([&](lua_State* L) {
    vm::push_json(L, Json(entering.input));
    if (entering.procedure == realm.program.main) make_callable(L, realm.program.input_function);
    entering.input_table = vm::Ref(L, -1);
    lua_pop(L, 1);
    if (!is_main) {
      vm::push_json(L, Json(defaults));
      entering.state_table = vm::Ref(L, -1);
      lua_pop(L, 1);
      return;
    }
    // main's state is the run-wide State; what was set while declaring wins over defaults.
    realm.state_table.push(L);
    entering.state_table = vm::Ref(L, -1);
    for (const auto& member : defaults) {
      lua_pushlstring(L, member.key().data(), member.key().size());
      lua_pushvalue(L, -1);
      const bool absent = lua_rawget(L, -3) == LUA_TNIL;
      lua_pop(L, 1);
      if (absent) {
        vm::push_json(L, member.value());
        lua_rawset(L, -3);
      } else {
        lua_pop(L, 1);
      }
    }
    lua_pop(L, 1);
  });
  if (!made) return fail(made.error());
  task.invocations.push_back(std::move(entering));
  if (is_main) emit_state_changes(task);
  return {};
}

Result<Json> Run::checked_output(RunTask& task, const program::ProcedureDeclaration& procedure,
                                 Json value) {
  if (!procedure.has_output) return value;
  const std::string& file = procedure.file.empty() ? realm_of(task).program.path : procedure.file;
  const Place place{file, procedure.line, 0};
  const bool returned_nothing = value.is_null();
  if (returned_nothing) value = JsonObject{};
  if (value.is_array() && value.get_array().empty()) value = JsonObject{};
  if (!value.is_object()) {
    return fail(Error{ErrorCode::kOutputSchema,
                      fmt::format("procedure '{}' must return a table with the declared fields",
                                  procedure.shown_name()),
                      "return {field = value, …} or remove `output`", place, ""});
  }
  std::vector<std::string> unknown;
  const auto violations = schema::validate(procedure.output, value, &unknown);
  if (!violations.empty()) {
    Error error{ErrorCode::kOutputSchema,
                fmt::format("procedure '{}' returned what its output schema does not allow: {}",
                            procedure.shown_name(), schema::describe(violations)),
                returned_nothing ? "nothing was returned: is a `return` missing?"
                                 : "return every declared field with its type, or change `output`",
                place, violations.front().path};
    return fail(std::move(error));
  }
  for (const std::string& name : unknown) {
    emit_log(&task, "DEBUG",
             fmt::format("field '{}' is not in the output schema and was removed", name), nullptr);
  }
  return value;
}

}  // namespace tactus::runtime
