#include <filesystem>

#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {

namespace fs = std::filesystem;

Result<std::string> resolve_in_workspace(const std::string& workspace, const std::string& path) {
  const auto location = locate(workspace, path);
  if (!location) return fail(location.error());
  std::error_code error;
  fs::path target = fs::canonical(workspace, error);
  if (error) return fail(ErrorCode::kFile, "the workspace '" + workspace + "' does not exist");
  for (const std::string& name : location->path) target /= name;
  return target.string();
}

Result<std::string> resolve_entry_in_workspace(const std::string& workspace,
                                               const std::string& path) {
  auto target = resolve_in_workspace(workspace, path);
  if (!target) return target;
  fs::path entry(path);
  if (!entry.has_filename()) entry = entry.parent_path();  // "folder/" is "folder".
  const fs::path name = entry.filename();
  if (name.empty() || name == "." || name == "..") return target;  // No entry's name.
  auto folder = resolve_in_workspace(workspace, entry.parent_path().string());
  if (!folder) return folder;
  return (fs::path(*folder) / name).string();
}

Result<std::string> read_workspace_file(const std::string& workspace, const std::string& path) {
  return read_text(workspace, path);
}

}  // namespace tactus::runtime
