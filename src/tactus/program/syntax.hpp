// Makes Lua's syntax errors findings with a column and a hint. Private to the module.
#pragma once

#include <tactus/program/program.hpp>
#include <tactus/program/source_map.hpp>

namespace tactus::program {

// The finding for the error that compiling `source` gave. `vm` is used to find out which of several
// equal words on the line is meant; nothing runs.
Finding syntax_finding(vm::Vm& vm, const std::string& source, const Error& error);

// `text` without a byte order mark and with an empty first line if that starts with '#', so that it
// compiles and lines stay what they are.
std::string compilable(const std::string& text);

}  // namespace tactus::program
