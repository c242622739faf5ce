#include <lua.h>

#include <tactus/runtime/error_json.hpp>
#include <tactus/runtime/program_files.hpp>

namespace tactus::runtime {

ProgramFiles::ProgramFiles(const RunParts& parts) : parts_(parts) { realms_.emplace_back(); }

Result<void> ProgramFiles::take_globals(vm::Vm& vm) {
  auto copy = program::copy_globals(vm);
  if (!copy) return fail(copy.error());
  globals_ = std::move(*copy);
  return {};
}

Result<Realm*> ProgramFiles::find(vm::Vm& vm, program::ObjectFactory& factory, RunTask& task,
                                  const std::string& path, const std::string& mentioned_in) {
  const auto key = std::pair(mentioned_in, path);
  if (const auto known = found_.find(key); known != found_.end()) return known->second;
  auto file = parts_.source.read_file(path, mentioned_in);
  if (!file) return fail(file.error());
  if (!*file) return nullptr;
  const bool is_main = !parts_.record.path.empty() && (*file)->path == main().program.path;
  if (is_main) return found_[key] = &main();
  Realm* realm = nullptr;
  for (std::size_t i = 1; i < realms_.size(); ++i) {
    if (realms_[i].program.path == (*file)->path) realm = &realms_[i];
  }
  if (!realm) {
    auto loaded = load(vm, factory, task, std::move(**file));
    if (!loaded) return fail(loaded.error());
    realm = *loaded;
  }
  const program::Program& program = realm->program;
  if (!program.errors.empty()) return fail(to_error(program.errors.front(), program.path));
  return found_[key] = realm;
}

Result<Realm*> ProgramFiles::load(vm::Vm& vm, program::ObjectFactory& factory, RunTask& task,
                                  program::IncludedFile file) {
  Realm& realm = realms_.emplace_back();
  const auto made = vm.protect([&](lua_State* L) {
    lua_createtable(L, 0, 0);
    realm.state_table = vm::Ref(L, -1);
    lua_pop(L, 1);
  });
  if (!made) {
    realms_.pop_back();
    return fail(made.error());
  }
  program::Source source = parts_.source;
  source.path = std::move(file.path);
  source.text = std::move(file.text);
  loading_ = &realm;
  loading_for_ = &task;
  program::load_beside(vm, globals_, source, factory, realm.program);
  loading_ = nullptr;
  loading_for_ = nullptr;
  if (realm.program.main) realm.program.main->label = realm.program.name;
  return &realm;
}

void ProgramFiles::remember(const program::ProcedureDeclaration& procedure, Realm& realm) {
  declared_[&procedure] = &realm;
}

Realm& ProgramFiles::declaring(const program::ProcedureDeclaration& procedure) {
  for (Realm& realm : realms_) {
    if (realm.program.main.get() == &procedure) return realm;
  }
  const auto found = declared_.find(&procedure);
  return found == declared_.end() ? main() : *found->second;
}

void ProgramFiles::clear() { realms_.clear(); }

}  // namespace tactus::runtime
