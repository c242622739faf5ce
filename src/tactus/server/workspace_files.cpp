#include <algorithm>
#include <filesystem>
#include <set>

#include <tactus/base/text.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/server/workspace_files.hpp>

namespace tactus::server {
namespace {

namespace fs = std::filesystem;

bool is_ignored(const std::string& name) {
  static const std::set<std::string> kNames = {".git",   "node_modules", ".tac",
                                               ".cache", "__pycache__",  ".venv"};
  return kNames.contains(name);
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
  return runtime::write_text(workspace, path, content, runtime::Writer::kPerson);
}

}  // namespace tactus::server
