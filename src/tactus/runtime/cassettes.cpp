// The cassettes of a run, and what must not be in them.
#include <tactus/runtime/provider_kinds.hpp>
#include <tactus/runtime/service.hpp>

namespace tactus::runtime {
namespace {

// What the configuration holds under the name of a secret, or took from such a variable.
void collect(const ConfigNode& node, bool secret, std::vector<std::string>& secrets) {
  secret = secret || node.secret;
  if (secret && node.kind == ConfigNode::Kind::kText) secrets.push_back(node.text);
  for (const ConfigNode& item : node.items) collect(item, secret, secrets);
  for (const auto& [key, member] : node.members)
    collect(member, secret || (names_a_secret(key) && !key.ends_with("_env")), secrets);
}

std::vector<std::string> secrets_of(const Config& config, const Environment& environment) {
  std::vector<std::string> secrets;
  if (config.tree) collect(*config.tree, false, secrets);
  std::vector<std::string> variables = {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                                        "OLLAMA_API_KEY"};
  for (const ProviderKind& kind : provider_kinds()) variables.emplace_back(kind.key_variable);
  for (const auto& [name, provider] : config.providers) variables.push_back(provider.api_key_env);
  for (const std::string& name : config.env_allow) {
    if (names_a_secret(name)) variables.push_back(name);
  }
  for (const std::string& name : variables) {
    if (!name.empty()) secrets.push_back(environment.get(name));
  }
  return secrets;
}

}  // namespace

Result<std::unique_ptr<llm::CassetteClient>> Service::cassettes_of(
    const std::optional<llm::CassetteOptions>& options, const Config& config, bool goes_on) {
  if (!options) return nullptr;
  llm::CassetteUse use;
  use.goes_on = goes_on;
  use.secrets = secrets_of(config, environment_);
  return llm::open_cassettes(executor_, *http_, *options, use);
}

}  // namespace tactus::runtime
