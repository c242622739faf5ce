// Where the configuration comes from, low to high.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <span>

#include <tactus/base/text.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/config_keys.hpp>
#include <tactus/runtime/config_listing.hpp>

namespace tactus::runtime {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kConfigBytesMax = 1 << 20;

ConfigNode text_node(std::string text, ConfigOrigin origin) {
  ConfigNode node;
  node.kind = ConfigNode::Kind::kText;
  node.text = std::move(text);
  node.quoted = true;
  node.origin = std::move(origin);
  return node;
}

// TOOL_PATHS is a JSON list of texts.
Result<ConfigNode> list_node(const std::string& variable, const std::string& text,
                             const ConfigOrigin& origin) {
  const auto json = parse_json(text);
  const JsonArray* list = json ? json->if_array() : nullptr;
  const bool texts = list && std::all_of(list->begin(), list->end(),
                                         [](const Json& item) { return item.is_string(); });
  if (!texts) {
    Error error;
    error.code = ErrorCode::kConfig;
    error.message = fmt::format("the variable {} must hold a JSON list of texts", variable);
    error.hint = fmt::format("{}='[\"tools\"]'", variable);
    error.place = origin.place();
    return fail(std::move(error));
  }
  ConfigNode node;
  node.kind = ConfigNode::Kind::kList;
  node.origin = origin;
  for (const Json& item : *list)
    node.items.push_back(text_node(std::string(item.get_string()), origin));
  return node;
}

Result<void> read_variables(ConfigNode& tree, const Environment& environment) {
  for (const auto& [variable, key] : config_variables()) {
    const auto origin = environment.origin(variable);
    if (!origin || tree.members.contains(key)) continue;
    const std::string text = environment.get(variable);
    if (key == std::string_view("tool_paths")) {
      auto list = list_node(variable, text, *origin);
      if (!list) return fail(list.error());
      tree.members[key] = std::move(*list);
    } else {
      tree.members[key] = text_node(text, *origin);
    }
  }
  return {};
}

Result<void> read_file(ConfigNode& tree, const Environment& environment, const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return {};
  const auto bytes = read_file_bytes(path.string(), kConfigBytesMax);
  if (!bytes) {
    Error error;
    error.code = ErrorCode::kConfig;
    error.message = "the configuration file cannot be read, or is over 1 MiB";
    error.hint = "check its permissions and size, or move it away";
    error.place = Place{path.string(), 0, 0};
    return fail(std::move(error));
  }
  auto parsed = parse_config(*bytes, path.string(), environment);
  if (!parsed) return fail(parsed.error());
  return merge_config(tree, std::move(*parsed));
}

// Those that every program of the workspace sees.
std::vector<fs::path> shared_files(const std::string& workspace, const Environment& environment) {
  std::vector<fs::path> files;
  const std::string config_home = environment.get("XDG_CONFIG_HOME");
  const std::string home = environment.get("HOME");
  if (!config_home.empty()) {
    files.push_back(fs::path(config_home) / "tactus/config.yml");
  } else if (!home.empty()) {
    files.push_back(fs::path(home) / ".config/tactus/config.yml");
  }
  files.push_back(fs::path(workspace) / ".tactus/config.yml");
  return files;
}

// Those of the folders on the way to a procedure, and its sidecar.
std::vector<fs::path> procedure_files(const std::string& workspace,
                                      const std::string& procedure_path) {
  std::vector<fs::path> files;
  if (procedure_path.empty()) return files;
  fs::path folder = workspace;
  const fs::path procedure = fs::path(procedure_path).lexically_normal();
  for (const fs::path& part : procedure.parent_path()) {
    folder /= part;
    files.push_back(folder / ".tactus/config.yml");
  }
  const fs::path sidecar = fs::path(workspace) / (procedure.string() + ".yml");
  std::error_code ignored;
  files.push_back(fs::exists(sidecar, ignored)
                      ? sidecar
                      : (fs::path(workspace) / procedure).replace_extension(".yml"));
  return files;
}

void read_options(ConfigNode& tree, const ConfigOptions& options) {
  const auto set = [&](const char* key, std::string text, const char* option) {
    tree.members[key] = text_node(std::move(text), {ConfigOrigin::Kind::kOption, option, 0, 0});
  };
  if (options.provider) set("default_provider", *options.provider, "--provider");
  if (options.model) set("default_model", *options.model, "--model");
  if (!options.stream) return;
  set("stream", *options.stream ? "true" : "false", *options.stream ? "--stream" : "--no-stream");
  tree.members["stream"].quoted = false;
}

// The store is opened before any program is chosen.
void warn_about_storage(Config& config, std::span<const fs::path> shared) {
  const ConfigNode* storage = config.tree->find("storage");
  const ConfigNode* path = storage ? storage->find("path") : nullptr;
  if (!path || std::find(shared.begin(), shared.end(), path->origin.name) != shared.end()) return;
  Error warning;
  warning.code = ErrorCode::kConfig;
  warning.message = "configuration key 'storage.path' has no effect here";
  warning.hint = "set it in .tactus/config.yml of the workspace or in the user's file";
  warning.place = path->origin.place();
  config.warnings.push_back(std::move(warning));
}

void warn_about_stream_switch(Config& config, const Environment& environment) {
  const std::string value = environment.get("TACTUS_STREAM");
  if (value.empty() || value == "on" || value == "off") return;
  Error warning;
  warning.code = ErrorCode::kConfig;
  warning.message = fmt::format("the variable TACTUS_STREAM is '{}', which has no effect", value);
  warning.hint = "set it to on or off";
  warning.place = environment.origin("TACTUS_STREAM")->place();
  config.warnings.push_back(std::move(warning));
}

std::string_view assignment(std::string_view line, std::string& name) {
  line = trim(line);
  if (line.starts_with("export ")) line = trim(line.substr(7));
  const std::size_t equals = line.find('=');
  if (line.empty() || line.front() == '#' || equals == std::string_view::npos) return {};
  name = trim(line.substr(0, equals));
  std::string_view value = trim(line.substr(equals + 1));
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return value;
}

}  // namespace

Environment::Environment(const std::string& workspace) {
  const auto bytes = read_file_bytes(workspace + "/.env", kConfigBytesMax);
  if (!bytes) return;
  std::string_view rest = *bytes;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string name;
    const std::string_view value = assignment(rest.substr(0, end), name);
    if (!name.empty()) file_[name] = {std::string(value), number};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

std::string Environment::get(const std::string& name) const {
  if (const char* value = std::getenv(name.c_str()); value && *value) return value;
  const auto found = file_.find(name);
  return found == file_.end() ? std::string() : found->second.value;
}

std::optional<ConfigOrigin> Environment::origin(const std::string& name) const {
  if (get(name).empty()) return std::nullopt;
  const char* value = std::getenv(name.c_str());
  const int line = value && *value ? 0 : file_.at(name).number;
  return ConfigOrigin{ConfigOrigin::Kind::kVariable, name, line, 0};
}

std::vector<std::string> config_files(const std::string& workspace,
                                      const std::string& procedure_path,
                                      const Environment& environment) {
  std::vector<std::string> names;
  for (const fs::path& file : shared_files(workspace, environment)) names.push_back(file.string());
  for (const fs::path& file : procedure_files(workspace, procedure_path))
    names.push_back(file.string());
  return names;
}

Result<Config> load_config(const std::string& workspace, const std::string& procedure_path,
                           const Environment& environment, const ConfigOptions& options) {
  ConfigNode tree;
  tree.kind = ConfigNode::Kind::kMap;
  if (auto read = read_variables(tree, environment); !read) return fail(read.error());
  const std::vector<fs::path> shared = shared_files(workspace, environment);
  std::vector<fs::path> files = shared;
  for (fs::path& file : procedure_files(workspace, procedure_path))
    files.push_back(std::move(file));
  for (const fs::path& file : files) {
    if (auto read = read_file(tree, environment, file); !read) return fail(read.error());
  }
  read_options(tree, options);
  auto config = read_config(std::make_shared<const ConfigNode>(std::move(tree)));
  if (!config) return config;
  warn_about_storage(*config, shared);
  warn_about_stream_switch(*config, environment);
  return config;
}

}  // namespace tactus::runtime
