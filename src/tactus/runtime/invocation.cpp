// Calls of procedures: input, state, guards, body, output (language.md 10.2).
#include <lua.h>

#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/inputs.hpp>
#include <tactus/runtime/run.hpp>
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

// The chain of calls that an error has passed, innermost first.
Error with_caller(Error error, const std::string& name) {
  JsonObject details;
  if (!error.details.empty()) {
    if (auto parsed = parse_json(error.details); parsed && parsed->is_object())
      details = std::move(parsed->get_object());
  }
  JsonArray chain;
  if (const Json* known = details.if_contains("procedures"); known && known->is_array())
    chain = known->get_array();
  chain.push_back(Json(name));
  details["procedures"] = std::move(chain);
  error.details = dump_json(Json(std::move(details)));
  return error;
}

}  // namespace

boost::asio::awaitable<Result<Json>> Run::invoke_main() {
  const auto main = main_realm().program.main;
  auto entering = make_invocation(main_task_, main, parts_.inputs);
  if (!entering) co_return fail(entering.error());
  for (const auto& member : parts_.record.context)
    entering->undeclared[member.key()] = member.value();
  Result<Json> outcome = co_await run_body(main_task_, std::move(*entering));
  if (outcome) {
    if (auto complete = check_scope_end(main_task_.root); !complete)
      outcome = fail(complete.error());
  }
  forget_replay_in("", true);
  co_await join_spawned(main_task_, main_task_.root);
  co_return outcome;
}

boost::asio::awaitable<Result<Json>> Run::invoke(
    RunTask& task, std::shared_ptr<const program::ProcedureDeclaration> procedure,
    JsonObject input) {
  if (too_deep(task)) co_return fail(depth_error());
  EntryHead head;
  head.type = "procedure_call";
  head.name = procedure->name;
  head.input = input;
  auto entering = make_invocation(task, procedure, std::move(input));
  if (!entering) co_return fail(entering.error());
  const EntryBody body = [&](OpenEntry& open) -> boost::asio::awaitable<Result<Json>> {
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
    co_return outcome;
  };
  Result<Json> outcome = co_await recorded(task, std::move(head), body);
  if (!outcome) outcome = fail(with_caller(outcome.error(), procedure->name));
  co_return outcome;
}

// The call with its events, those that an earlier generation has not told.
boost::asio::awaitable<Result<Json>> Run::report_call(RunTask& task, Invocation entering,
                                                      const std::string& told) {
  const std::string call_id = entering.call_id;
  const std::string name = entering.procedure->name;
  const std::string parent = task.parent();
  entering.parent = parent;
  const auto report = [&](std::string_view stage, std::string_view key, Json value) {
    JsonObject body{{"call_id", call_id}, {"name", name}, {"stage", stage}};
    body["parent"] = parent.empty() ? Json(nullptr) : Json(parent);
    body[key] = std::move(value);
    append(journal::EventType::kProcedureCall, std::move(body));
  };
  if (told.empty()) report("started", "inputs", entering.input);
  task.parents.push_back(call_id);
  Result<Json> outcome = co_await run_body(task, std::move(entering));
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
      std::min(realms_.front().program.main->max_depth.value_or(kDepthMax), kDepthCeiling);
  return task.depth() + 1 > static_cast<std::size_t>(depth_max);
}

Error Run::depth_error() const {
  const int depth_max =
      std::min(realms_.front().program.main->max_depth.value_or(kDepthMax), kDepthCeiling);
  Error error;
  error.code = ErrorCode::kDepth;
  error.message = fmt::format("Maximum recursion depth ({}) exceeded", depth_max);
  error.hint = "end the recursion earlier, or raise `max_depth` of main";
  return error;
}

Result<Invocation> Run::make_invocation(
    RunTask& task, std::shared_ptr<const program::ProcedureDeclaration> procedure,
    JsonObject input) {
  Invocation entering;
  auto checked = check_inputs(*procedure, std::move(input));
  if (!checked) return fail(checked.error());
  entering.procedure = std::move(procedure);
  entering.realm = realm_declaring(*entering.procedure);
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
         fmt::format("procedure '{}' has no input '{}'; it is left out", entering.procedure->name,
                     std::string_view(member.key())));
  }
  return entering;
}

// Guards, body, output; the invocation is the task's current one meanwhile.
boost::asio::awaitable<Result<Json>> Run::run_body(RunTask& task, Invocation entering) {
  const auto procedure = entering.procedure;
  emit_state_changes(task);
  if (auto entered = enter(task, std::move(entering)); !entered) co_return fail(entered.error());
  Result<Json> outcome = Json(nullptr);
  for (const vm::Ref& guard : procedure->guards) {
    outcome = co_await check_guard(task, guard);
    if (!outcome) break;
  }
  if (outcome) {
    Result<Json> value = Json(nullptr);
    vm::ToJsonOptions options;
    options.path = "result";
    options.what = "returned";
    const auto called = co_await vm_->run_task(
        procedure->body, [](lua_State*) { return 0; },
        [&](lua_State* L, int count) {
          if (count > 0) value = vm::to_json(L, -count, options);
        },
        &task);
    outcome = called ? std::move(value) : Result<Json>(fail(called.error()));
    co_await close_stream(task, *task.scope);
  }
  if (outcome && cancelled()) outcome = fail(ErrorCode::kCancelled, "the run was stopped");
  emit_state_changes(task);
  if (outcome) outcome = checked_output(task, *procedure, std::move(*outcome));
  task.invocations.pop_back();
  co_return outcome;
}

boost::asio::awaitable<Result<Json>> Run::call_function(RunTask& task, const vm::Ref& function,
                                                        std::string path) {
  Result<Json> value = Json(nullptr);
  vm::ToJsonOptions options;
  options.path = std::move(path);
  options.what = "recorded";
  const auto called = co_await vm_->run_task(
      function, [](lua_State*) { return 0; },
      [&](lua_State* L, int count) {
        if (count > 0) value = vm::to_json(L, -count, options);
      },
      &task);
  if (!called) co_return fail(called.error());
  co_return value;
}

boost::asio::awaitable<Result<Json>> Run::check_guard(RunTask& task, const vm::Ref& guard) {
  std::string why;
  bool passed = true;
  const auto called = co_await vm_->run_task(
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

Result<void> Run::enter(RunTask& task, Invocation entering) {
  const bool is_main = entering.call_id.empty();
  Realm& realm = *entering.realm;
  const JsonObject defaults = defaults_of(entering.procedure->state);
  const auto made = vm_->protect([&](lua_State* L) {
    vm::push_json(L, Json(entering.input));
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
  const bool returned_nothing = value.is_null();
  if (returned_nothing) value = JsonObject{};
  if (value.is_array() && value.get_array().empty()) value = JsonObject{};
  if (!value.is_object()) {
    return fail(Error{
        ErrorCode::kOutputSchema,
        fmt::format("procedure '{}' must return a table with the declared fields", procedure.name),
        "return {field = value, …} or remove `output`",
        Place{parts_.source.path, procedure.line, 0}, ""});
  }
  std::vector<std::string> unknown;
  const auto violations = schema::validate(procedure.output, value, &unknown);
  if (!violations.empty()) {
    Error error{ErrorCode::kOutputSchema,
                fmt::format("procedure '{}' returned what its output schema does not allow: {}",
                            procedure.name, schema::describe(violations)),
                returned_nothing ? "nothing was returned: is a `return` missing?"
                                 : "return every declared field with its type, or change `output`",
                Place{parts_.source.path, procedure.line, 0}, violations.front().path};
    return fail(std::move(error));
  }
  for (const std::string& name : unknown) {
    emit_log(&task, "DEBUG",
             fmt::format("field '{}' is not in the output schema and was removed", name), nullptr);
  }
  return value;
}

}  // namespace tactus::runtime
