#include <cstdlib>
#include <filesystem>
#include <set>
#include <vector>

#include <yaml-cpp/yaml.h>

#include <tactus/base/text.hpp>
#include <tactus/runtime/config.hpp>

namespace tactus::runtime {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kConfigBytesMax = 1 << 20;

const std::vector<std::string> kKnownKeys = {"default_provider",
                                             "default_model",
                                             "default_toolsets",
                                             "providers",
                                             "openai_api_key",
                                             "anthropic_api_key",
                                             "google_api_key",
                                             "aws",
                                             "mcp_servers",
                                             "toolsets",
                                             "tool_paths",
                                             "plugin_command",
                                             "env_allow",
                                             "stream",
                                             "retries",
                                             "idle_timeout",
                                             "limits",
                                             "strict_determinism",
                                             "strict_state",
                                             "network",
                                             "storage",
                                             "prices",
                                             "aws_access_key_id",
                                             "aws_secret_access_key",
                                             "aws_region",
                                             "aws_default_region"};

// Where a value stands, for messages.
struct At {
  const std::string& file;
  std::string key;
};

Error bad_value(const At& at, const YAML::Node& node, const std::string& expected) {
  Error error;
  error.code = ErrorCode::kConfig;
  error.message = fmt::format("configuration key '{}' must be {}", at.key, expected);
  error.hint = "correct the value or remove the key";
  error.place = Place{at.file, node.Mark().line + 1, node.Mark().column + 1};
  return error;
}

std::string expand(const std::string& text, const Environment& environment) {
  std::string expanded;
  std::size_t from = 0;
  for (;;) {
    const std::size_t open = text.find("${", from);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return expanded + text.substr(from);
    expanded += text.substr(from, open - from);
    expanded += environment.get(text.substr(open + 2, close - open - 2));
    from = close + 1;
  }
}

// Reads one file's keys over what earlier files gave.
class Reader {
 public:
  Reader(Config& config, const Environment& environment, std::string file)
      : config_(config), environment_(environment), file_(std::move(file)) {}

  Result<void> read(const YAML::Node& root) {
    if (root.IsNull()) return {};
    if (!root.IsMap()) return fail(bad_value({file_, "(whole file)"}, root, "a map"));
    for (const auto& item : root) {
      const auto key = item.first.as<std::string>();
      const std::string base = key.ends_with('+') ? key.substr(0, key.size() - 1) : key;
      if (std::find(kKnownKeys.begin(), kKnownKeys.end(), base) == kKnownKeys.end()) {
        return fail(unknown_key(key, item.first));
      }
    }
    text(root, "default_provider", config_.default_provider);
    text(root, "default_model", config_.default_model);
    text(root, "openai_api_key", config_.openai_api_key);
    number(root, "retries", config_.retries);
    number(root, "idle_timeout", config_.idle_timeout_s);
    read_stream(root["stream"]);
    read_providers(root["providers"]);
    read_name_lists(root);
    if (const YAML::Node limits = map(root, "limits")) {
      number(limits, "memory_mb", config_.memory_mb);
      number(limits, "cpu_ms", config_.cpu_ms);
    }
    if (const YAML::Node storage = map(root, "storage"))
      text(storage, "path", config_.storage_path);
    if (const YAML::Node prices = map(root, "prices")) read_prices(prices);
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  Error unknown_key(const std::string& key, const YAML::Node& node) {
    Error error;
    error.code = ErrorCode::kConfig;
    error.message = fmt::format("unknown configuration key '{}'", key);
    error.place = Place{file_, node.Mark().line + 1, node.Mark().column + 1};
    if (const auto match = closest_match(key, kKnownKeys))
      error.hint = "did you mean '" + *match + "'?";
    return error;
  }

  void bad(const std::string& key, const YAML::Node& node, const std::string& expected) {
    if (!error_) error_ = bad_value({file_, key}, node, expected);
  }

  YAML::Node map(const YAML::Node& parent, const std::string& key) {
    const YAML::Node node = parent[key];
    if (!node || node.IsNull()) return YAML::Node(YAML::NodeType::Undefined);
    if (!node.IsMap()) bad(key, node, "a map");
    return node.IsMap() ? node : YAML::Node(YAML::NodeType::Undefined);
  }

  template <typename Target>
  void text(const YAML::Node& parent, const std::string& key, Target& target) {
    const YAML::Node node = parent[key];
    if (!node || node.IsNull()) return;
    if (!node.IsScalar()) return bad(key, node, "text");
    target = expand(node.Scalar(), environment_);
  }

  template <typename Number>
  void number(const YAML::Node& parent, const std::string& key, Number& target) {
    const YAML::Node node = parent[key];
    if (!node || node.IsNull()) return;
    double value = 0;
    try {
      value = node.as<double>();
    } catch (const YAML::Exception&) {
      return bad(key, node, "a number");
    }
    if (!(value >= 0 && value < 1e15)) return bad(key, node, "a number from 0");
    if constexpr (requires { target.value(); }) {
      target = static_cast<typename Number::value_type>(value);
    } else {
      target = static_cast<Number>(value);
    }
  }

  void read_stream(const YAML::Node& node) {
    if (!node || node.IsNull()) return;
    const std::string word = node.IsScalar() ? node.Scalar() : "";
    if (word == "true" || word == "on") {
      config_.stream = Json(true);
    } else if (word == "false" || word == "off") {
      config_.stream = Json(false);
    } else if (word == "text") {
      config_.stream = Json("text");
    } else {
      bad("stream", node, "true, false or text");
    }
  }

  // `key: [a, b]` replaces what lower files gave, `key+: [c]` appends to it. True when either was
  // there.
  bool name_list(const YAML::Node& root, const std::string& key, std::vector<std::string>& names) {
    bool given = false;
    for (const std::string& form : {key, key + "+"}) {
      const YAML::Node node = root[form];
      if (!node || node.IsNull()) continue;
      if (!node.IsSequence()) {
        bad(form, node, "a list of names");
        return given;
      }
      given = true;
      if (form == key) names.clear();
      for (const YAML::Node& name : node) {
        if (!name.IsScalar()) {
          bad(form, name, "a list of names");
          return given;
        }
        names.push_back(expand(name.Scalar(), environment_));
      }
    }
    return given;
  }

  void read_name_lists(const YAML::Node& root) {
    name_list(root, "env_allow", config_.env_allow);
    std::vector<std::string> toolsets =
        config_.default_toolsets.value_or(std::vector<std::string>{});
    if (name_list(root, "default_toolsets", toolsets)) config_.default_toolsets = toolsets;
  }

  void read_providers(const YAML::Node& node) {
    if (!node || node.IsNull()) return;
    if (!node.IsMap()) return bad("providers", node, "a map of names to endpoints");
    for (const auto& item : node) {
      const auto name = item.first.as<std::string>();
      if (!item.second.IsMap()) return bad("providers." + name, item.second, "a map");
      ProviderConfig& provider = config_.providers[name];
      text(item.second, "type", provider.type);
      text(item.second, "base_url", provider.base_url);
      text(item.second, "api_key", provider.api_key);
      text(item.second, "api_key_env", provider.api_key_env);
      number(item.second, "timeout", provider.timeout_s);
      if (const YAML::Node headers = map(item.second, "headers")) {
        for (const auto& header : headers) {
          provider.headers[header.first.as<std::string>()] =
              expand(header.second.as<std::string>(), environment_);
        }
      }
    }
  }

  void read_prices(const YAML::Node& node) {
    for (const auto& item : node) {
      const auto model = item.first.as<std::string>();
      if (!item.second.IsMap())
        return bad("prices." + model, item.second, "a map with input and output");
      Config::PriceOverride& price = config_.prices[model];
      number(item.second, "input", price.input);
      number(item.second, "output", price.output);
      number(item.second, "cached", price.cached);
    }
  }

  Config& config_;
  const Environment& environment_;
  std::string file_;
  std::optional<Error> error_;
};

Result<void> read_file(Config& config, const Environment& environment, const fs::path& path) {
  const auto bytes = read_file_bytes(path.string(), kConfigBytesMax);
  if (!bytes) return {};
  try {
    return Reader(config, environment, path.string()).read(YAML::Load(*bytes));
  } catch (const YAML::Exception& e) {
    Error error;
    error.code = ErrorCode::kConfig;
    error.message = "unreadable YAML: " + e.msg;
    error.place = Place{path.string(), e.mark.line + 1, e.mark.column + 1};
    error.hint = "correct the file or move it away";
    return fail(std::move(error));
  }
}

// The files that apply, low to high.
std::vector<fs::path> config_files(const std::string& workspace, const std::string& procedure_path,
                                   const Environment& environment) {
  std::vector<fs::path> files;
  const std::string config_home = environment.get("XDG_CONFIG_HOME");
  const std::string home = environment.get("HOME");
  if (!config_home.empty()) {
    files.push_back(fs::path(config_home) / "tactus/config.yml");
  } else if (!home.empty()) {
    files.push_back(fs::path(home) / ".config/tactus/config.yml");
  }
  fs::path folder = workspace;
  files.push_back(folder / ".tactus/config.yml");
  const fs::path procedure(procedure_path);
  for (const fs::path& part : procedure.parent_path()) {
    folder /= part;
    files.push_back(folder / ".tactus/config.yml");
  }
  if (!procedure_path.empty()) {
    const fs::path sidecar = fs::path(workspace) / (procedure_path + ".yml");
    std::error_code ignored;
    files.push_back(fs::exists(sidecar, ignored)
                        ? sidecar
                        : (fs::path(workspace) / procedure).replace_extension(".yml"));
  }
  return files;
}

}  // namespace

Environment::Environment(const std::string& workspace) {
  const auto bytes = read_file_bytes(workspace + "/.env", kConfigBytesMax);
  if (!bytes) return;
  std::string_view rest = *bytes;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    file_[std::string(trim(line.substr(0, equals)))] = std::string(value);
  }
}

std::string Environment::get(const std::string& name) const {
  if (const char* value = std::getenv(name.c_str()); value && *value) return value;
  const auto found = file_.find(name);
  return found == file_.end() ? std::string() : found->second;
}

Result<Config> load_config(const std::string& workspace, const std::string& procedure_path,
                           const Environment& environment) {
  Config config;
  for (const fs::path& file : config_files(workspace, procedure_path, environment)) {
    if (auto read = read_file(config, environment, file); !read) return fail(read.error());
  }
  if (const std::string name = environment.get("TACTUS_PROVIDER");
      !name.empty() && !config.default_provider) {
    config.default_provider = name;
  }
  return config;
}

}  // namespace tactus::runtime
