// Procedures of other files, as the run's program names them (language.md 1.5, 10.2).
#include <tactus/base/text.hpp>
#include <tactus/runtime/run.hpp>
#include <tactus/runtime/workspace_file.hpp>

namespace tactus::runtime {
namespace {

std::string with_ending(const std::string& path) {
  return path.ends_with(".tac") || path.ends_with(".lua") ? path : path + ".tac";
}

// Names that could have been meant: of procedures, and of files in the folder that was named.
std::vector<std::string> callable_names(const program::Program& program,
                                        const std::string& workspace, const std::string& path) {
  std::vector<std::string> names;
  for (const auto& procedure : program.procedures) {
    if (procedure != program.main) names.push_back(procedure->name);
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  const auto files = folder_names(workspace, folder.empty() ? "." : folder);
  for (const std::string& file : files.value_or(std::vector<std::string>{})) {
    if (file.ends_with(".tac") && folder + file != program.path)
      names.push_back(folder + file.substr(0, file.size() - 4));
  }
  return names;
}

Error not_found(const std::string& name, const std::vector<std::string>& names) {
  const auto match = closest_match(name, names);
  Error error;
  error.code = ErrorCode::kProcedureNotFound;
  error.message =
      fmt::format("there is no procedure '{}': neither in this file nor as a file", name);
  error.hint = match ? fmt::format("did you mean '{}'?", *match)
                     : fmt::format(
                           "declare it with procedure(\"{}\", …), or give the path of a "
                           "file in the workspace",
                           name);
  return error;
}

}  // namespace

Result<ProcedurePtr> Run::procedure_of(RunTask& task, const Callee& callee) {
  if (callee.procedure) return callee.procedure;
  auto realm = files_.find(*vm_, *this, task, with_ending(callee.name), callee.mentioned_in);
  if (!realm) return fail(realm.error());
  if (!*realm) {
    return fail(not_found(callee.name,
                          callable_names(realm_of(task).program, parts_.workspace, callee.name)));
  }
  program::Program& program = (*realm)->program;
  if (*realm != &main_realm()) {
    for (const program::Finding& warning : std::exchange(program.warnings, {})) {
      const std::string hint = warning.hint.empty() ? "" : "; " + warning.hint;
      warn(&task, warning.code, warning.message + hint, warning.line,
           warning.file.empty() ? program.path : warning.file);
    }
  }
  return program.main;
}

// Where an effect belongs that names that file; empty = the main one. Null when the file is gone or
// wrong now, which is told.
Realm* Run::realm_at(RunTask& task, const std::string& path) {
  if (path.empty()) return &main_realm();
  auto realm = files_.find(*vm_, *this, task, path, "");
  if (realm && *realm) {
    (*realm)->program.warnings.clear();  // Told when it was first used.
    return *realm;
  }
  const std::string why = realm ? "it is not there any more" : to_string(realm.error());
  warn(nullptr, realm ? ErrorCode::kFile : realm.error().code,
       fmt::format("what was recorded of '{}' is lost: {}", path, why));
  return nullptr;
}

// A resumed run is told when one of them has changed.
void Run::note_file(const program::IncludedFile& file) {
  journal::RunRecord changed;
  {
    const std::lock_guard lock(mutex_);
    Json& known = parts_.record.files[file.path];
    if (known == Json(file.sha256)) return;
    known = file.sha256;
    changed = parts_.record;
  }
  changed.last_seq = log().last_seq();
  if (parts_.store) parts_.store->put_run(std::move(changed));
}

}  // namespace tactus::runtime
