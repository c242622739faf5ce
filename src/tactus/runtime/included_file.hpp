// The files that programs pull in, read from the workspace. Uses: program.
#pragma once

#include <string>

#include <tactus/program/program.hpp>

namespace tactus::runtime {

// Reads files of the workspace for `program::load` and `program::check`. Thread-safe.
program::ReadFile included_files(std::string workspace);

}  // namespace tactus::runtime
