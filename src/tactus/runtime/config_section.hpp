// Reads one map of the configuration key by key: each wrong kind is an error, each key that nobody
// asked for a finding, all with the place where they stand. Uses: base.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <tactus/runtime/config_tree.hpp>

namespace tactus::runtime {

// What reading has found. Reading goes on after an error; the first one counts.
struct ConfigFindings {
  std::vector<Error> errors, warnings;
};

class ConfigSection {
 public:
  // `path` is where the map stands ("limits"), empty for the root; `node` null reads as an empty
  // map. Both outlive the section.
  ConfigSection(const ConfigNode* node, std::string path, ConfigFindings& findings);

  // Each marks the key as known and says nothing when it is absent, or wrong (then reported).
  std::optional<std::string> text(const std::string& key);
  std::optional<bool> boolean(const std::string& key);
  // A number from `minimum` on.
  std::optional<double> number(const std::string& key, double minimum = 0);
  std::optional<std::int64_t> integer(const std::string& key, std::int64_t minimum = 0);
  // A list of texts; a single text is none.
  std::optional<std::vector<std::string>> texts(const std::string& key);
  // The values of a map of texts; empty when absent.
  std::map<std::string, std::string> text_map(const std::string& key);
  // The map under `key` as a section of its own.
  ConfigSection map(const std::string& key);
  // The value whatever it is, for a reader of its own; null when absent.
  const ConfigNode* any(const std::string& key);

  // Reports the value of `key` as of a wrong kind ("must be a number").
  void wrong(const std::string& key, const std::string& expected);
  // Reports a key that nobody asked for: misspelt ones are errors, others warnings.
  void finish();

  const std::map<std::string, ConfigNode>& members() const { return node_->members; }
  const std::string& path() const { return path_; }
  ConfigFindings& findings() const { return *findings_; }

 private:
  std::string path_of(const std::string& key) const;
  const ConfigNode* take(const std::string& key);

  const ConfigNode* node_;
  std::string path_;
  ConfigFindings* findings_;
  std::vector<std::string> known_;
};

}  // namespace tactus::runtime
