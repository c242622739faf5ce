#include <filesystem>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::runtime {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kFileBytesMax = std::size_t{8} << 20;

// The message names the file, so that it needs no place beside it.
Error file_error(const std::string& path, std::string_view what, const std::string& hint) {
  Error error;
  error.code = ErrorCode::kFile;
  error.message = fmt::format("{}{}", path, what);
  error.hint = hint;
  return error;
}

}  // namespace

Result<std::string> resolve_in_workspace(const std::string& workspace, const std::string& path) {
  std::error_code error;
  const fs::path root = fs::canonical(workspace, error);
  if (error) return fail(ErrorCode::kFile, "the workspace '" + workspace + "' does not exist");
  const fs::path target = fs::weakly_canonical(root / path, error);
  const auto [root_end, rest] =
      std::mismatch(root.begin(), root.end(), target.begin(), target.end());
  if (error || root_end != root.end() || path.find('\0') != std::string::npos) {
    auto outside =
        Error{ErrorCode::kSandboxDenied, "'" + path + "' is outside the workspace", "", {}, ""};
    outside.hint = "use a path below " + root.string();
    return fail(std::move(outside));
  }
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
  const auto absolute = resolve_in_workspace(workspace, path);
  if (!absolute) return fail(absolute.error());
  std::error_code error;
  const auto status = fs::status(*absolute, error);
  if (status.type() == fs::file_type::directory) {
    return fail(file_error(path, ": is a folder", "name a file in it"));
  }
  if (!fs::exists(status)) {
    return fail(file_error(path, ": no such file",
                           "check the path; it is relative to the workspace " + workspace));
  }
  const auto size = fs::file_size(*absolute, error);
  if (!error && size > kFileBytesMax) {
    return fail(file_error(path, kTooLarge, "split the file"));
  }
  auto bytes = read_file_bytes(*absolute, kFileBytesMax);
  if (!bytes) return fail(file_error(path, ": cannot be read", "check its permissions"));
  if (!is_valid_utf8(*bytes) || bytes->find('\0') != std::string::npos) {
    return fail(file_error(path, kNotText, "save it as UTF-8"));
  }
  return std::move(*bytes);
}

}  // namespace tactus::runtime
