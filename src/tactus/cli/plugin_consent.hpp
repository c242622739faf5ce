// Asks a person at the terminal whether a program may use the plugins that it names.
// Uses: runtime (which plugins need that).
#pragma once

#include <string>

namespace tactus::cli {

// For the plugins that only the program at `path` names and nobody has allowed; once for each text.
// Says nothing without a terminal. Whatever is not allowed fails when it is needed. Blocks.
void ask_about_plugins(const std::string& workspace, const std::string& path);

}  // namespace tactus::cli
