// Text files of a workspace: reading, atomic writing, listing. Blocks on the disk. Paths are as in
// workspace_path.hpp, links are followed as long as they stay inside. Everything fails with
// kSandboxDenied (outside, or not writable for programs) or kFile (with the path and the reason).
// Uses: base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/error.hpp>

namespace tactus::runtime {

// The longest text that is read or written.
constexpr std::size_t kFileBytesMax = std::size_t{8} << 20;

// Who writes. A program may not write what could grant it trust (language.md 14): settings,
// plugins, the folders of Tactus and Git.
enum class Writer : std::uint8_t { kPerson, kProgram };

// The whole file, which must be UTF-8 text without NUL and at most kFileBytesMax long.
Result<std::string> read_text(const std::string& workspace, const std::string& path);

// Whether a program may read, list or look for it: not the files that the configuration comes from,
// since they may hold keys, nor the folders of Tactus and Git. Fails with kSandboxDenied.
Result<void> check_readable(const std::string& workspace, const std::string& path);

// Replaces the file, or makes it and its folders: after a crash there is the old text or the new
// one. The text is on the disk when this returns. `text` must be as `read_text` would give it.
Result<void> write_text(const std::string& workspace, const std::string& path,
                        std::string_view text, Writer writer);
// The same with `text` after what the file holds now; a missing file is made.
Result<void> append_text(const std::string& workspace, const std::string& path,
                         std::string_view text, Writer writer);

// Whether there is a file or folder.
Result<bool> path_exists(const std::string& workspace, const std::string& path);
// Bytes of a file.
Result<std::uint64_t> file_size(const std::string& workspace, const std::string& path);
// Names of what is in a folder, in byte order.
Result<std::vector<std::string>> folder_names(const std::string& workspace,
                                              const std::string& path);

}  // namespace tactus::runtime
