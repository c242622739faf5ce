#include <iostream>

#include <unistd.h>

#include <tactus/base/text.hpp>
#include <tactus/cli/plugin_consent.hpp>
#include <tactus/cli/session.hpp>
#include <tactus/cli/terminal.hpp>
#include <tactus/runtime/plugin_files.hpp>

namespace tactus::cli {
namespace {

std::string question(const runtime::PluginFile& file, const Style& style) {
  const std::string what = file.python ? "a Python program that runs as you, outside of the sandbox"
                                       : "Lua code that runs in the sandbox of the program";
  return fmt::format("{}The program uses the plugin {}{}: {}.\nNobody has allowed this text yet.\n",
                     style.bold, printable(file.shown), style.reset, what);
}

// False also at the end of the input.
bool allows(const runtime::PluginFile& file, const Style& style) {
  write_to(2, question(file, style));
  for (;;) {
    write_to(2, "Allow it? [y]es, [n]o, [v]iew ");
    std::string line;
    if (!std::getline(std::cin, line)) {
      write_to(2, "\n");
      return false;
    }
    const std::string word = to_lower(trim(line));
    if (word == "y" || word == "yes") return true;
    if (word == "v" || word == "view") {
      write_to(2, printable(file.text) + "\n");
    } else {
      return false;
    }
  }
}

}  // namespace

void ask_about_plugins(const std::string& workspace, const std::string& path) {
  if (::isatty(0) == 0 || ::isatty(2) == 0) return;
  const Style style = style_for(2);
  for (const runtime::PluginFile& file : runtime::plugins_without_consent(workspace, path)) {
    if (!allows(file, style)) continue;
    if (auto kept = runtime::remember_consent({file}); !kept) print_error(kept.error());
  }
}

}  // namespace tactus::cli
