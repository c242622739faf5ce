#include <lua.h>

#include <tactus/runtime/strictness.hpp>

namespace tactus::runtime {
namespace {

// "items" of "items[2].name".
std::string_view top_level(std::string_view path) {
  return path.substr(0, path.find_first_of(".["));
}

// The declared fields that have a value. One that has none yet is no mismatch.
JsonObject declared_part(const schema::Schema& fields, const JsonObject& state) {
  JsonObject part;
  for (const schema::Field& field : fields.fields) {
    if (const Json* value = state.if_contains(field.name); value && !value->is_null())
      part[field.name] = *value;
  }
  return part;
}

// Scalars only: a table of the program stays the table that it is.
Result<void> write_back(Run& run, const vm::Ref& table, const JsonObject& before,
                        const JsonObject& after) {
  JsonObject changed;
  for (const auto& member : before) {
    const Json* now = after.if_contains(member.key());
    if (now && !now->is_structured() && *now != member.value()) changed[member.key()] = *now;
  }
  if (changed.empty()) return {};
  return run.vm().protect([&](lua_State* L) {
    table.push(L);
    for (const auto& member : changed) {
      lua_pushlstring(L, member.key().data(), member.key().size());
      vm::push_json(L, member.value());
      lua_rawset(L, -3);
    }
    lua_pop(L, 1);
  });
}

Error mismatch_error(const Run& run, const program::ProcedureDeclaration& procedure,
                     const std::vector<schema::Violation>& violations) {
  Error error;
  error.code = ErrorCode::kStateType;
  error.message = fmt::format("state of procedure '{}' does not fit its declaration: {}",
                              procedure.shown_name(), schema::describe(violations));
  error.hint = "assign what `state` declares, or change the declaration";
  error.place =
      Place{procedure.file.empty() ? run.parts().source.path : procedure.file, procedure.line, 0};
  error.path = violations.front().path;
  return error;
}

}  // namespace

std::optional<Error> refused_by_determinism(const Run& run, const RunTask& task,
                                            std::string_view function) {
  if (!run.parts().config.strict_determinism || task.scope->in_checkpoint) return std::nullopt;
  Error error;
  error.code = ErrorCode::kDeterminism;
  error.message = fmt::format("{} outside of a checkpoint", function);
  error.hint =
      "call it in checkpoint(function() … end) or Step.run and return what is needed; "
      "`strict_determinism` of the configuration asks for this";
  return error;
}

Result<void> check_state(Run& run, RunTask& task) {
  Invocation* invocation = task.invocation();
  if (!invocation || invocation->procedure->state.empty() || !invocation->state_table) return {};
  const schema::Schema& fields = invocation->procedure->state;
  const Json state = run.state_json(invocation->state_table, "state");
  const JsonObject before = declared_part(fields, state.as_object());
  Json after(before);
  std::vector<schema::Violation> violations = schema::validate(fields, after, nullptr);
  std::erase_if(violations, [&](const schema::Violation& violation) {
    return !before.contains(top_level(violation.path));
  });
  if (auto written = write_back(run, invocation->state_table, before, after.as_object()); !written)
    return written;
  if (!violations.empty() && run.parts().config.strict_state)
    return fail(mismatch_error(run, *invocation->procedure, violations));
  std::set<std::string> paths;
  std::vector<schema::Violation> news;
  for (schema::Violation& violation : violations) {
    paths.insert(violation.path);
    if (!invocation->state_mismatches.contains(violation.path))
      news.push_back(std::move(violation));
  }
  invocation->state_mismatches = std::move(paths);
  if (news.empty()) return {};
  const Error warning = mismatch_error(run, *invocation->procedure, news);
  run.warn(&task, warning.code, warning.message, warning.place->line, warning.place->file);
  return {};
}

}  // namespace tactus::runtime
