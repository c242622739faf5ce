// The effective configuration value by value, each with where it came from: what `tactus config`
// shows. Secrets are replaced here, so that no caller can print them. Uses: config.
#pragma once

#include <string>
#include <vector>

#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

struct ConfigEntry {
  std::string key;      // "limits.cpu_ms". A list is one entry.
  Json value;           // Null: no value, which has a meaning (no limit). Secrets: kHiddenText.
  bool secret = false;  // All of it or a part is hidden.
  std::string meaning;  // Of null: "no limit".
  std::vector<ConfigOrigin> origins;  // At least one; several for a list that was appended to.
};

inline constexpr std::string_view kHiddenText = "********";

// In the order of the keys; with defaults where no source says anything. `config` is from
// load_config.
std::vector<ConfigEntry> list_config(const Config& config, const Environment& environment);

// The files that load_config reads, low to high, whether or not they are there.
std::vector<std::string> config_files(const std::string& workspace,
                                      const std::string& procedure_path,
                                      const Environment& environment);

// "built-in", ".tactus/config.yml:3", "OPENAI_API_KEY (.env:2)", "--model". Files are shown
// relative to the workspace, or to the user's home as ~.
std::string describe_origin(const ConfigOrigin& origin, const std::string& workspace,
                            const Environment& environment);

}  // namespace tactus::runtime
