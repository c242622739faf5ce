// What the keys of the configuration mean. Private to config.cpp and tests. Uses: config.
#pragma once

#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

// Reads the merged tree. Fails with the first kConfig; warnings are in the result.
Result<Config> read_config(std::shared_ptr<const ConfigNode> tree);

// A variable of the environment that stands for a key of the configuration, below every file.
struct ConfigVariable {
  const char* name;
  const char* key;
};
// In the order in which they are asked; of two for one key the first that is set counts.
const std::vector<ConfigVariable>& config_variables();

}  // namespace tactus::runtime
