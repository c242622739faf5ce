// The checks of `tactus doctor`. Each gives its lines in the order in which they are shown; what
// they say never holds a secret. All block. Uses: runtime, net, journal.
#pragma once

#include <string>
#include <vector>

#include <tactus/runtime/config.hpp>

namespace tactus::cli {

enum class Health : std::uint8_t { kOk, kWarn, kFail };

struct Check {
  std::string check;    // What was looked at: "config", "program", "key" …
  std::string subject;  // Which one: a file, a provider, a variable.
  Health health = Health::kOk;
  std::string message;
  std::string hint = {};  // What to do; empty when it is good.
};

struct Patient {
  std::string workspace;  // Absolute.
  runtime::Environment environment;
  runtime::Config config;  // Without the files of single programs; empty if it cannot be read.
};

// A provider that something would ask.
struct ProviderUse {
  std::string name;
  runtime::Config config;           // With that of the first program that names it.
  std::vector<std::string> models;  // Those that agents name.
  std::vector<std::string> users;   // Programs whose agents use it, and "default_provider".
};

// Files of the configuration. Also reads it into `patient`.
std::vector<Check> check_configuration(Patient& patient);
// Programs of the workspace that cannot be loaded, and their own configuration. Adds the providers
// that the rest use, and those of the configuration, to `uses`.
std::vector<Check> check_programs(const Patient& patient, std::vector<ProviderUse>& uses);
// Keys; hosts and proxies on the way to each provider; with `online`, whether it takes the key. A
// local Ollama is always asked.
std::vector<Check> check_providers(const Patient& patient, const std::vector<ProviderUse>& uses,
                                   bool online);
// What the proxy variables hold.
std::vector<Check> check_proxies(const Patient& patient);
std::vector<Check> check_certificates(const Patient& patient);
std::vector<Check> check_store(const Patient& patient);
std::vector<Check> check_mcp_servers(const Patient& patient);

}  // namespace tactus::cli
