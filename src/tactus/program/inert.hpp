// Primitives for checking a file without a run. Uses: program, vm.
#pragma once

#include <tactus/program/program.hpp>

namespace tactus::program {

// Installs State (kept in `program.initial_state`), Log and print (silent), Json, and for
// everything that waits, is recorded or belongs to a run something that raises kPhase when it is
// used. `program` must outlive the use of `vm`.
Result<void> install_inert_primitives(vm::Vm& vm, Program& program);

}  // namespace tactus::program
