// Effective settings of a workspace: environment, .env, user file, workspace files, sidecar of a
// procedure, options of the command line (docs/configuration.md). Values; no network. Uses: base,
// program.
//
// A new key: its name in config_keys.cpp, where it is read into `Config`; a row in
// docs/configuration.md; a line of config_listing.cpp if it has a default. Keys with structure of
// their own may be read from `Config::tree` by who owns them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <tactus/base/error.hpp>
#include <tactus/base/json.hpp>
#include <tactus/mcp/server_config.hpp>
#include <tactus/program/program.hpp>
#include <tactus/runtime/config_tree.hpp>

namespace tactus::runtime {

// One entry of `providers` in a configuration file.
struct ProviderConfig {
  std::string type;  // Name of a ProviderKind; empty = by name.
  std::string base_url, api_key, api_key_env;
  std::map<std::string, std::string> headers;
  std::optional<double> timeout_s;
  program::ModelSettings settings;  // For all agents of this provider that do not say otherwise.
};

// `aws` and its short forms; empty = not said.
struct AwsConfig {
  std::string access_key_id, secret_access_key, session_token, region;
};

// One of `tool_paths`, as the file `mentioned_in` (absolute; empty = none) spells it.
struct ToolPath {
  std::string path, mentioned_in;
};

struct Config {
  std::optional<std::string> default_provider, default_model;
  std::map<std::string, ProviderConfig> providers;
  std::map<std::string, std::string> api_keys;  // By key: "openai_api_key", "anthropic_api_key" …
  AwsConfig aws;
  std::optional<program::StreamSetting> stream;
  std::optional<int> retries;
  std::optional<double> idle_timeout_s;
  // Clock, chance and files only in checkpoints, and no resume with other input than recorded.
  bool strict_determinism = false;
  bool strict_state = false;  // `state` that does not fit its declaration is an error.
  std::size_t memory_mb = 256;
  std::int64_t cpu_ms = 5000;
  std::optional<double> max_cost_usd;      // Of one run; then kBudget.
  std::optional<std::int64_t> max_tokens;  // Likewise, prompt and completion together.
  std::string storage_path;                // Empty = `.tac/runs.db` of the workspace.
  std::vector<std::string> env_allow;
  std::optional<std::vector<std::string>> default_toolsets;  // Of agents that list no tools.
  // `toolsets`, in the order of their names.
  std::vector<std::shared_ptr<const program::ToolsetDeclaration>> toolsets;
  struct PriceOverride {
    double input = 0, output = 0;
    std::optional<double> cached;
  };
  std::map<std::string, PriceOverride> prices;  // By model id.
  // Hosts that models and dependencies of programs may reach; nothing = all. `*.name` stands for
  // every host below it.
  std::optional<std::vector<std::string>> network_allow;
  std::vector<ToolPath> tool_paths;  // Files and folders of plugins: the set `plugin`.
  std::vector<std::string> plugin_command = {"python3"};  // Runs those in Python.
  std::map<std::string, mcp::ServerConfig> mcp_servers;   // By name; `cwd` as it was written.
  // Unknown keys, and known ones without effect, each with its place.
  std::vector<Error> warnings;
  // All of the above as it was written, with origins. Never null after load_config.
  std::shared_ptr<const ConfigNode> tree;
};

// Names of the sets of tools that the configuration gives to programs (program::Source).
std::vector<std::string> outside_sets(const Config& config);

// Variables of the process, with those of the workspace's `.env` filling what is unset.
class Environment {
 public:
  // Reads `workspace/.env` if it is there. Later changes to the process environment are seen, to
  // the file not.
  explicit Environment(const std::string& workspace);
  Environment() = default;
  // The value, or empty when unset or empty.
  std::string get(const std::string& name) const;
  // Where `get` finds it; nothing when it is unset.
  std::optional<ConfigOrigin> origin(const std::string& name) const;

 private:
  struct Line {
    std::string value;
    int number = 0;  // In the file, from 1.
  };
  std::map<std::string, Line> file_;
};

// What the command line or the IDE sets: the highest source. Each names its option in origins.
struct ConfigOptions {
  std::optional<std::string> provider, model;
  std::optional<bool> stream;
};

// Reads, low to high: variables, ~/.config/tactus/config.yml, `.tactus/config.yml` in the workspace
// and in each folder down to the procedure's, the sidecar `NAME.tac.yml` (else `NAME.yml`), and
// `options`. `procedure_path` is workspace-relative and may be empty. `${VAR}` in values is taken
// from `environment`. Maps merge, other values replace, `key+` appends to a list. A file that
// cannot be read, a value of the wrong kind or a misspelt key: kConfig with file, line and key.
Result<Config> load_config(const std::string& workspace, const std::string& procedure_path,
                           const Environment& environment, const ConfigOptions& options = {});

}  // namespace tactus::runtime
