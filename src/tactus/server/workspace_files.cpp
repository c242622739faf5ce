#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tactus/base/ids.hpp>
#include <tactus/base/text.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/server/workspace_files.hpp>

namespace tactus::server {
namespace {

namespace fs = std::filesystem;

bool is_ignored(const std::string& name) {
  static const std::set<std::string> kNames = {".git",   "node_modules", ".tac",
                                               ".cache", "__pycache__",  ".venv"};
  return kNames.contains(name);
}

tl::unexpected<Error> file_failure(const std::string& path, const std::string& what) {
  return fail(ErrorCode::kFile, fmt::format("{}: {}: {}", path, what, std::strerror(errno)));
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return file_failure(path, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(descriptor) != 0) return file_failure(path, "cannot be flushed");
  return {};
}

// The folder's entry must be on disk too, or the rename may be lost with the power.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string etag_of(std::string_view bytes) {
  // FNV-1a, 64 bit: it tells versions of one file apart, it protects nothing.
  std::uint64_t hash = 14695981039346656037ull;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return fmt::format("{:016x}-{:x}", hash, bytes.size());
}

Result<JsonArray> list_folder(const std::string& workspace, const std::string& path) {
  const auto absolute = runtime::resolve_in_workspace(workspace, path);
  if (!absolute) return fail(absolute.error());
  std::error_code error;
  struct Item {
    std::string sort_key;
    bool is_folder;
    JsonObject json;
  };
  std::vector<Item> items;
  for (fs::directory_iterator it(*absolute, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool is_folder = it->is_directory(ignored);
    if (!is_folder && !it->is_regular_file(ignored)) continue;
    JsonObject entry;
    entry["name"] = name;
    entry["path"] = path.empty() ? name : path + "/" + name;
    entry["type"] = is_folder ? "directory" : "file";
    entry["ignored"] = is_ignored(name);
    if (!is_folder) entry["size"] = static_cast<std::int64_t>(it->file_size(ignored));
    items.push_back({to_lower(name), is_folder, std::move(entry)});
  }
  if (error)
    return fail(ErrorCode::kFile,
                fmt::format("{}: {}", path.empty() ? "." : path, error.message()));
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.is_folder != b.is_folder ? a.is_folder : a.sort_key < b.sort_key;
  });
  JsonArray entries;
  for (Item& item : items) entries.push_back(std::move(item.json));
  return entries;
}

Result<void> write_file(const std::string& workspace, const std::string& path,
                        std::string_view content) {
  const auto absolute = runtime::resolve_in_workspace(workspace, path);
  if (!absolute) return fail(absolute.error());
  const fs::path target(*absolute);
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) return fail(ErrorCode::kFile, fmt::format("{}: {}", path, error.message()));
  const fs::path temporary =
      target.parent_path() / fmt::format(".{}.{}.tmp", target.filename().string(), random_token(6));
  struct stat existing{};
  const mode_t mode = ::stat(target.c_str(), &existing) == 0 ? (existing.st_mode & 07777) : 0644;
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) return file_failure(path, "cannot be written");
  ::fchmod(descriptor, mode);
  auto written = write_all(descriptor, content, path);
  ::close(descriptor);
  if (written && ::rename(temporary.c_str(), target.c_str()) != 0)
    written = file_failure(path, "cannot be replaced");
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  sync_folder(target.parent_path());
  return {};
}

}  // namespace tactus::server
