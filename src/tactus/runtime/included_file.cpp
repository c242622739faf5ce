#include <tactus/base/text.hpp>
#include <tactus/runtime/hash.hpp>
#include <tactus/runtime/included_file.hpp>
#include <tactus/runtime/workspace_file.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {

program::ReadFile included_files(std::string workspace) {
  return [workspace = std::move(workspace)](
             const std::string& path,
             const std::string& mentioned_in) -> Result<std::optional<program::IncludedFile>> {
    const auto found = search_workspace(workspace, path, mentioned_in);
    if (!found) return fail(found.error());
    const auto location = locate(workspace, *found);
    if (!location) return fail(location.error());
    if (location->kind == Location::Kind::kNone) return std::nullopt;
    auto text = read_text(workspace, *found);
    if (!text) return fail(text.error());
    program::IncludedFile file;
    file.path = join(location->path, "/");
    file.sha256 = sha256_hex(*text);
    file.text = std::move(*text);
    return file;
  };
}

}  // namespace tactus::runtime
