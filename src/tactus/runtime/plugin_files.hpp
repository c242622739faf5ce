// Plugins: files of tools beside the program, and who has agreed to them (language.md 6.8). Blocks
// on the disk. Uses: config, program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

struct PluginFile {
  std::string path;   // Absolute, without links.
  std::string shown;  // The same below the workspace where it is inside.
  std::string text, sha256;
  bool python = false;  // Else Lua.
};
using PluginFiles = std::vector<PluginFile>;

constexpr std::size_t kPluginBytesMax = 1 << 20;

// The files that `paths` of a program mean, each a file or a folder, as the file `mentioned_in`
// (workspace-relative, may be empty) spells them. All are inside the workspace. Of folders those
// ending in .lua and .py count, in byte order, unless they begin with '_' or '.'. Fails with
// kToolPlugin (nothing there, no plugin, too large), kSandboxDenied.
Result<PluginFiles> find_plugins(const std::string& workspace,
                                 const std::vector<std::string>& paths,
                                 const std::string& mentioned_in);
// The same for paths of the configuration, which may lie anywhere.
Result<PluginFiles> find_plugins(const std::string& workspace, const std::vector<ToolPath>& paths);
// Those of a toolset, of the configuration or of the program at `program_path`.
Result<PluginFiles> find_plugins(const std::string& workspace, const Config& config,
                                 const program::ToolsetDeclaration& toolset,
                                 const std::string& program_path);

// Whether the configuration names the file, too, or a person has agreed to its text.
bool is_trusted(const std::string& workspace, const Config& config, const PluginFile& file);

// The plugins that only the program at `path` names, or `text` as if it stood there, and that
// nobody has agreed to yet. None for a program that cannot be loaded.
PluginFiles plugins_without_consent(const std::string& workspace, const std::string& path,
                                    std::optional<std::string> text = std::nullopt);
// Remembers that the person who runs this process agrees to these texts, in
// ~/.config/tactus/allowed_plugins. Fails with kFile.
Result<void> remember_consent(const PluginFiles& files);

}  // namespace tactus::runtime
