// Effective settings of a workspace: environment, .env, user file, workspace file, sidecar of a
// procedure (docs/configuration.md). Values; no network. Uses: base, yaml-cpp (inside).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>

namespace tactus::runtime {

// One entry of `providers` in a configuration file.
struct ProviderConfig {
  std::string type;  // "openai", "openai-compatible", "demo"; empty = by name.
  std::string base_url, api_key, api_key_env;
  std::map<std::string, std::string> headers;
  std::optional<double> timeout_s;
};

struct Config {
  std::optional<std::string> default_provider, default_model;
  std::map<std::string, ProviderConfig> providers;
  std::string openai_api_key;
  std::optional<Json> stream;  // A stream setting of the language.
  std::optional<int> retries;
  std::optional<double> idle_timeout_s;
  std::size_t memory_mb = 256;
  std::int64_t cpu_ms = 5000;
  std::string storage_path;  // Empty = `.tac/runs.db` of the workspace.
  std::vector<std::string> env_allow;
  std::optional<std::vector<std::string>> default_toolsets;  // Of agents that list no tools.
  struct PriceOverride {
    double input = 0, output = 0;
    std::optional<double> cached;
  };
  std::map<std::string, PriceOverride> prices;  // By model id.
};

// Variables of the process, with those of the workspace's `.env` filling what is unset.
class Environment {
 public:
  // Reads `workspace/.env` if it is there. Later changes to the process environment are seen, to
  // the file not.
  explicit Environment(const std::string& workspace);
  Environment() = default;
  // The value, or empty when unset or empty.
  std::string get(const std::string& name) const;

 private:
  std::map<std::string, std::string> file_;
};

// Reads, low to high: ~/.config/tactus/config.yml, `.tactus/config.yml` in the workspace and in
// each folder down to the procedure's, and the sidecar `NAME.tac.yml` (else `NAME.yml`).
// `procedure_path` is workspace-relative and may be empty. `${VAR}` in values is taken from
// `environment`. Maps merge, other values replace. Unreadable YAML or a value of the wrong kind:
// kConfig with file, line and key.
Result<Config> load_config(const std::string& workspace, const std::string& procedure_path,
                           const Environment& environment);

}  // namespace tactus::runtime
