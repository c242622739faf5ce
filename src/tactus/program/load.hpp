// The steps of `load` that validation does differently. Private to the module.
#pragma once

#include <tactus/program/loader.hpp>

namespace tactus::program {

void load_program(vm::Vm& vm, const Source& source, ObjectFactory& factory, Program& program,
                  StaticScope scope);

}  // namespace tactus::program
