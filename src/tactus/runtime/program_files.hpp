// The files whose procedures a run calls: its own, and others, each loaded when it is first used,
// into globals of its own (language.md 1.5, 10.2). Uses: realm. On the run's strand.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include <tactus/runtime/realm.hpp>
#include <tactus/runtime/run_parts.hpp>

namespace tactus::runtime {

struct RunTask;

class ProgramFiles {
 public:
  explicit ProgramFiles(const RunParts& parts);

  Realm& main() { return realms_.front(); }
  const Realm& main() const { return realms_.front(); }
  // While another file is being declared: that file, and whose work it is. Null otherwise.
  Realm* loading() const { return loading_; }
  RunTask* loading_for() const { return loading_for_; }

  // Keeps what the interpreter has as globals now, before the main file is loaded.
  Result<void> take_globals(vm::Vm& vm);
  // The file that `mentioned_in` calls `path`, loaded if it is not yet; null when there is none.
  // What was wrong with it when it was first used stays wrong. Fails with kSandboxDenied, kFile, or
  // the first error in the file. Not while Lua code runs. Blocks on the disk.
  Result<Realm*> find(vm::Vm& vm, program::ObjectFactory& factory, RunTask& task,
                      const std::string& path, const std::string& mentioned_in);
  // Remembers that the file, or the one that is being loaded, declares the procedure.
  void remember(const program::ProcedureDeclaration& procedure, Realm& realm);
  Realm& declaring(const program::ProcedureDeclaration& procedure);
  // Before the interpreter goes.
  void clear();

 private:
  Result<Realm*> load(vm::Vm& vm, program::ObjectFactory& factory, RunTask& task,
                      program::IncludedFile file);

  const RunParts& parts_;
  std::deque<Realm> realms_;  // Stable addresses; the main file's first.
  std::map<std::pair<std::string, std::string>, Realm*> found_;  // By where it was mentioned, how.
  std::map<const program::ProcedureDeclaration*, Realm*> declared_;
  vm::Ref globals_;
  Realm* loading_ = nullptr;
  RunTask* loading_for_ = nullptr;
};

}  // namespace tactus::runtime
