// `toolsets` of the configuration (language.md 6.6). Uses: config, program.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <tactus/program/program.hpp>
#include <tactus/runtime/config_section.hpp>

namespace tactus::runtime {

// The sets of the map, in the order of their names; what is wrong is among the section's findings.
std::vector<std::shared_ptr<const program::ToolsetDeclaration>> read_toolsets(
    ConfigSection section);

}  // namespace tactus::runtime
