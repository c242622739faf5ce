// Calls of procedures: input, state, guards, body, output (language.md 10.2).
#include <lua.h>

#include <tactus/runtime/dependencies.hpp>
#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/inputs.hpp>
#include <tactus/runtime/run.hpp>

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

}  // namespace

boost::asio::awaitable<Result<Json>> Run::invoke(
    std::shared_ptr<const program::ProcedureDeclaration> procedure, JsonObject input,
    bool is_main) {
  const int depth_max = std::min(program_.main->max_depth.value_or(kDepthMax), kDepthCeiling);
  if (!is_main && depth() + 1 > static_cast<std::size_t>(depth_max)) {
    co_return fail(Error{ErrorCode::kDepth,
                         fmt::format("Maximum recursion depth ({}) exceeded", depth_max),
                         "end the recursion earlier, or raise `max_depth` of main",
                         {},
                         ""});
  }
  Invocation entering;
  entering.procedure = procedure;
  auto checked = check_inputs(*procedure, std::move(input));
  if (!checked) co_return fail(checked.error());
  if (auto required = check_required(program_, parts_.config, *procedure); !required)
    co_return fail(required.error());
  entering.dependencies = open_dependencies(invocation(), *procedure);
  entering.input = std::move(checked->declared);
  entering.undeclared = std::move(checked->undeclared);
  for (const auto& member : entering.undeclared) {
    warn(ErrorCode::kInput, fmt::format("procedure '{}' has no input '{}'; it is left out",
                                        procedure->name, std::string_view(member.key())));
  }
  emit_state_changes();
  const std::string call_id = is_main ? std::string() : "p" + std::to_string(++call_count_);
  entering.call_id = call_id;
  entering.parent = current_parent();
  const auto report = [&](std::string_view phase, std::string_view key, Json value) {
    if (call_id.empty()) return;
    JsonObject body{{"call_id", call_id}, {"name", procedure->name}, {"stage", phase}};
    const std::string parent = current_parent();
    body["parent"] = parent.empty() ? Json(nullptr) : Json(parent);
    body[key] = std::move(value);
    append(journal::EventType::kProcedureCall, std::move(body));
  };
  report("started", "inputs", entering.input);
  if (auto entered = enter(std::move(entering)); !entered) co_return fail(entered.error());
  if (!call_id.empty()) push_parent(call_id);

  Result<Json> outcome = Json(nullptr);
  for (const vm::Ref& guard : procedure->guards) {
    std::string why;
    bool passed = true;
    const auto called = co_await vm_->run_task(
        guard, [](lua_State*) { return 0; },
        [&](lua_State* L, int count) {
          if (count < 1) return;
          passed = lua_type(L, -count) != LUA_TBOOLEAN || lua_toboolean(L, -count);
          if (count > 1) why = vm::to_display_text(L, -count + 1);
        });
    if (!called) outcome = fail(called.error());
    if (called && !passed) {
      outcome = fail(ErrorCode::kGuard, why.empty() ? "a guard refused the call" : why);
    }
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
        });
    outcome = called ? std::move(value) : Result<Json>(fail(called.error()));
  }
  if (outcome && cancelled()) outcome = fail(ErrorCode::kCancelled, "the run was stopped");
  if (!call_id.empty()) pop_parent();
  emit_state_changes();
  invocations_.pop_back();
  if (outcome) outcome = checked_output(*procedure, std::move(*outcome));
  if (outcome) {
    report("completed", "result", *outcome);
  } else {
    report(outcome.error().code == ErrorCode::kCancelled ? "cancelled" : "failed", "error",
           to_json(outcome.error()));
  }
  co_return outcome;
}

Result<void> Run::enter(Invocation entering) {
  const bool is_main = entering.call_id.empty();
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
    state_table.push(L);
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
  invocations_.push_back(std::move(entering));
  if (is_main) emit_state_changes();
  return {};
}

Result<Json> Run::checked_output(const program::ProcedureDeclaration& procedure, Json value) {
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
    emit_log("DEBUG", fmt::format("field '{}' is not in the output schema and was removed", name),
             nullptr);
  }
  return value;
}

}  // namespace tactus::runtime
