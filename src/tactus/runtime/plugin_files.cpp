#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <tactus/base/text.hpp>
#include <tactus/runtime/hash.hpp>
#include <tactus/runtime/included_file.hpp>
#include <tactus/runtime/plugin_files.hpp>
#include <tactus/runtime/run_service.hpp>
#include <tactus/runtime/workspace_path.hpp>

namespace tactus::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kConsentBytesMax = 1 << 20;

Error plugin_error(std::string message, std::string hint) {
  return {ErrorCode::kToolPlugin, std::move(message), std::move(hint), {}, ""};
}

Error no_plugin(const std::string& path) {
  return plugin_error(fmt::format("there is no plugin '{}'", path),
                      "name a .lua or .py file, or a folder of such files");
}

std::string shown_path(const std::string& workspace, const fs::path& path) {
  std::error_code ignored;
  const fs::path root = fs::canonical(workspace, ignored);
  const fs::path below = path.lexically_relative(root);
  return below.empty() || *below.begin() == ".." ? path.string() : below.string();
}

Result<PluginFile> read_plugin(const std::string& workspace, const fs::path& path) {
  PluginFile file;
  file.path = path.string();
  file.shown = shown_path(workspace, path);
  file.python = path.extension() == ".py";
  auto text = read_file_bytes(file.path, kPluginBytesMax);
  if (!text) {
    return fail(plugin_error(
        fmt::format("the plugin '{}' cannot be read, or is over 1 MiB", file.shown), ""));
  }
  file.text = std::move(*text);
  file.sha256 = sha256_hex(file.text);
  return file;
}

bool is_plugin(const fs::path& path) {
  const std::string name = path.filename().string();
  const bool hidden = name.empty() || name.front() == '_' || name.front() == '.';
  return !hidden && (path.extension() == ".py" || path.extension() == ".lua");
}

// The files that one existing path means; `path` has no links.
Result<std::vector<fs::path>> files_at(const fs::path& path, const std::string& as_written) {
  std::error_code error;
  std::vector<fs::path> files;
  if (!fs::is_directory(path, error)) {
    if (path.extension() != ".py" && path.extension() != ".lua") return fail(no_plugin(as_written));
    files.push_back(path);
    return files;
  }
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_plugin(entry->path()) && entry->is_regular_file(error)) files.push_back(entry->path());
  }
  if (error) {
    return fail(plugin_error(
        fmt::format("the folder '{}' of plugins cannot be read: {}", as_written, error.message()),
        ""));
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<void> add_files(PluginFiles& all, const std::string& workspace, const fs::path& path,
                       const std::string& as_written) {
  const auto files = files_at(path, as_written);
  if (!files) return fail(files.error());
  for (const fs::path& found : *files) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const PluginFile& other) {
      return other.path == found.string();
    });
    if (known) continue;
    auto file = read_plugin(workspace, found);
    if (!file) return fail(file.error());
    all.push_back(std::move(*file));
  }
  return {};
}

// Where a path of the configuration may lie, in order (language.md 1.5).
std::vector<fs::path> candidates(const fs::path& workspace, const ToolPath& path) {
  const fs::path written(path.path);
  if (written.is_absolute()) return {written};
  std::vector<fs::path> all = {workspace / written};
  fs::path folder = fs::path(path.mentioned_in).parent_path();
  while (!folder.empty()) {
    all.push_back(folder / written);
    if (folder == workspace || folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  if (*written.begin() == workspace.filename())
    all.push_back(workspace / written.lexically_relative(*written.begin()));
  return all;
}

// The person's own, never that of the workspace: what `.env` says does not count.
fs::path consent_path() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config && *config) return fs::path(config) / "tactus/allowed_plugins";
  return home && *home ? fs::path(home) / ".config/tactus/allowed_plugins" : fs::path();
}

bool has_consent(const PluginFile& file) {
  const auto known = read_file_bytes(consent_path().string(), kConsentBytesMax);
  if (!known) return false;
  std::string_view rest = *known;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (line.substr(0, line.find(' ')) == file.sha256) return true;
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return false;
}

bool is_among(const Result<PluginFiles>& files, const PluginFile& file) {
  return files && std::any_of(files->begin(), files->end(),
                              [&](const PluginFile& other) { return other.path == file.path; });
}

bool is_of_configuration(const Config& config, const program::ToolsetDeclaration& toolset) {
  return std::any_of(config.toolsets.begin(), config.toolsets.end(),
                     [&](const auto& known) { return known.get() == &toolset; });
}

std::vector<ToolPath> tool_paths(const program::ToolsetDeclaration& toolset) {
  std::vector<ToolPath> paths;
  for (const std::string& path : toolset.paths) paths.push_back({path, toolset.file});
  return paths;
}

}  // namespace

Result<PluginFiles> find_plugins(const std::string& workspace,
                                 const std::vector<std::string>& paths,
                                 const std::string& mentioned_in) {
  PluginFiles all;
  for (const std::string& path : paths) {
    const auto below = search_workspace(workspace, path, mentioned_in);
    if (!below) return fail(below.error());
    const auto whole = resolve_in_workspace(workspace, *below);
    if (!whole) return fail(whole.error());
    std::error_code missing;
    const fs::path found = fs::canonical(*whole, missing);
    if (missing) return fail(no_plugin(path));
    if (auto added = add_files(all, workspace, found, path); !added) return fail(added.error());
  }
  return all;
}

Result<PluginFiles> find_plugins(const std::string& workspace, const std::vector<ToolPath>& paths) {
  PluginFiles all;
  for (const ToolPath& path : paths) {
    std::optional<fs::path> found;
    for (const fs::path& candidate : candidates(workspace, path)) {
      std::error_code missing;
      const fs::path whole = fs::canonical(candidate, missing);
      if (!missing && !found) found = whole;
    }
    if (!found) return fail(no_plugin(path.path));
    if (auto added = add_files(all, workspace, *found, path.path); !added)
      return fail(added.error());
  }
  return all;
}

Result<PluginFiles> find_plugins(const std::string& workspace, const Config& config,
                                 const program::ToolsetDeclaration& toolset,
                                 const std::string& program_path) {
  if (is_of_configuration(config, toolset)) return find_plugins(workspace, tool_paths(toolset));
  return find_plugins(workspace, toolset.paths, toolset.file.empty() ? program_path : toolset.file);
}

bool is_trusted(const std::string& workspace, const Config& config, const PluginFile& file) {
  if (is_among(find_plugins(workspace, config.tool_paths), file)) return true;
  for (const auto& toolset : config.toolsets) {
    if (toolset->type == program::ToolsetType::kPlugin &&
        is_among(find_plugins(workspace, tool_paths(*toolset)), file))
      return true;
  }
  return has_consent(file);
}

PluginFiles plugins_without_consent(const std::string& workspace, const std::string& path,
                                    std::optional<std::string> text) {
  PluginFiles open;
  const Environment environment(workspace);
  if (!text) {
    auto read = read_workspace_file(workspace, path);
    if (read) text = std::move(*read);
  }
  const auto config = load_config(workspace, path, environment);
  if (!text || !config) return open;
  const auto checked = program::check({path.empty() ? "inline.tac" : path, std::move(*text),
                                       outside_sets(*config), included_files(workspace)},
                                      true);
  if (!checked || !checked->program->errors.empty()) return open;
  for (const auto& toolset : checked->program->toolsets) {
    if (toolset->type != program::ToolsetType::kPlugin) continue;
    auto files = find_plugins(workspace, *config, *toolset, path);
    for (PluginFile& file : files.value_or(PluginFiles{})) {
      const bool listed = std::any_of(open.begin(), open.end(), [&](const PluginFile& other) {
        return other.path == file.path;
      });
      if (!listed && !is_trusted(workspace, *config, file)) open.push_back(std::move(file));
    }
  }
  return open;
}

Result<void> remember_consent(const PluginFiles& files) {
  const fs::path path = consent_path();
  std::error_code error;
  if (!path.empty()) fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::app | std::ios::binary);
  for (const PluginFile& file : files) out << file.sha256 << "  " << file.path << '\n';
  out.flush();
  if (out) return {};
  return fail(Error{ErrorCode::kFile,
                    fmt::format("'{}' cannot be written: the consent is not kept", path.string()),
                    "pass --allow-plugins instead",
                    {},
                    ""});
}

}  // namespace tactus::runtime
