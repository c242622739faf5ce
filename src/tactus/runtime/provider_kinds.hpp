// The providers that Tactus knows by name, and how each is made. A new one is one line of the table
// in provider_kinds.cpp. Uses: llm, config.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <tactus/llm/provider.hpp>
#include <tactus/runtime/aws_credentials.hpp>
#include <tactus/runtime/config.hpp>

namespace tactus::runtime {

// What a provider may be made from, beyond its endpoint. The references outlive the call.
struct ProviderSources {
  const ProviderConfig* configured = nullptr;  // Its entry under `providers`; null = none.
  const Config& config;
  const Environment& environment;
  AwsCredentials* aws = nullptr;  // Null where no provider is made.
};

struct ProviderKind {
  // Fails with kConfig when the provider needs more than its endpoint and has not got it, or with
  // what looking for credentials said.
  using Make = Result<std::unique_ptr<llm::Provider>> (*)(llm::EndpointOptions,
                                                          const ProviderSources&);

  std::string_view name;  // As `provider` of an agent and as `type` of a named endpoint.
  // Empty: the configuration must say it. "{…}" is filled in by `make`.
  std::string_view base_url;
  std::string_view url_variable;  // Takes the place of `base_url`; empty = none.
  std::string_view key_variable;  // Empty: it takes no key unless the configuration gives one.
  std::string_view key_setting;   // Short form of the key in the configuration; empty = none.
  Make make;
};

std::span<const ProviderKind> provider_kinds();
// Null when there is none of that name.
const ProviderKind* find_provider_kind(std::string_view name);

// How to reach the provider `name` of this kind: what the configuration says under its name, and,
// if it is called as its kind, the variables and short forms of the kind. Fails with kConfig when
// no base URL is known.
Result<llm::EndpointOptions> endpoint_of(const ProviderKind& kind, const std::string& name,
                                         const ProviderSources& sources, double idle_timeout_s);

// The key that `endpoint_of` would give; empty = none.
std::string api_key_of(const ProviderKind& kind, const std::string& name,
                       const ProviderSources& sources);

}  // namespace tactus::runtime
