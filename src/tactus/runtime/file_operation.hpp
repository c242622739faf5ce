// What File.* of the language does (language.md 11). Blocks on the disk. Uses: workspace_file.
#pragma once

#include <string>

#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>

namespace tactus::runtime {

struct FileOperation {
  enum class Kind : std::uint8_t { kRead, kWrite, kAppend, kExists, kSize, kList };
  Kind kind = Kind::kRead;
  std::string path;          // As the program spells it.
  std::string text;          // kWrite, kAppend.
  std::string mentioned_in;  // The file with the call, workspace-relative.
};

// The text, true, a boolean, bytes, or names. The path is looked for as language.md 1.5 says: what
// exists there is meant, else the first place, in the workspace's own folder. Fails with kFile,
// kSandboxDenied.
Result<Json> perform(const std::string& workspace, const FileOperation& operation);

}  // namespace tactus::runtime
