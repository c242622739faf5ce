// The steps of `load` that validation does differently. Private to the module.
#pragma once

#include <tactus/program/loader.hpp>

namespace tactus::program {

// Whether the file has the globals of the interpreter, or, while it is loaded, the current ones for
// itself.
enum class Globals : std::uint8_t { kShared, kOwn };

void load_program(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program,
                  StaticScope scope, Globals globals = Globals::kShared);

}  // namespace tactus::program
