// Files of the workspace: listing, atomic writing, etags. Blocks on the disk. Uses: base, runtime
// (paths).
#pragma once

#include <optional>
#include <string>

#include <tactus/base/json.hpp>

namespace tactus::server {

// Changes whenever the bytes do.
std::string etag_of(std::string_view bytes);

// Entries of one folder as docs/http-api.md says. Fails with kSandboxDenied, kFile.
Result<JsonArray> list_folder(const std::string& workspace, const std::string& path);

// Writes through a temporary file, fsync and rename; makes missing folders. Fails with
// kSandboxDenied, kFile.
Result<void> write_file(const std::string& workspace, const std::string& path,
                        std::string_view content);

}  // namespace tactus::server
