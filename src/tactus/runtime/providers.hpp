// From the name of a provider to something that answers: endpoints from configuration and
// environment, and what answers offline: the demo model and scripts, which a mock provider on
// loopback sends, started when first used. Uses: llm, config.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <tactus/llm/mock/mock_provider.hpp>
#include <tactus/llm/provider.hpp>
#include <tactus/runtime/aws_credentials.hpp>
#include <tactus/runtime/config.hpp>
#include <tactus/runtime/run_service.hpp>

namespace tactus::runtime {

// What one agent says about its model, in the order in which it is asked: turn, agent, file.
struct ModelWish {
  std::optional<std::string> provider, model;            // Of the agent.
  std::optional<std::string> file_provider, file_model;  // default_provider(), default_model().
  RunOverrides overrides;                                // Of the run; they win.
  // What agents get that name nothing; nothing = by the keys that are there.
  std::optional<std::string> unnamed = std::nullopt;
};

struct ResolvedModel {
  std::string provider, model;
  bool demo = false;
  bool scripted = false;  // Answered by the agent's own `script`.
  std::string warning;    // Not empty when the provider had to be inferred.
};

// By language.md 4.2, ending with OpenAI when its key is configured and else the demo model. Fails
// with kValidation when a provider needs a model.
Result<ResolvedModel> resolve_model(const ModelWish& wish, const Config& config,
                                    const Environment& environment);

struct ProviderKind;
// The kind of the provider of that name; null for those that answer offline. Fails with kConfig for
// an unknown name, or an unknown `type` in its configuration, with what there is.
Result<const ProviderKind*> kind_of_provider(const std::string& name, const Config& config);

// What agents get that name nothing.
DefaultModel default_model_of(const Config& config, const Environment& environment);

// Whether requests go to the provider, or are answered by recordings: then it needs no credentials,
// and nothing is started for it.
enum class ProviderUse : std::uint8_t { kSend, kReplay };

// Thread-safe.
class ProviderRegistry {
 public:
  ProviderRegistry(boost::asio::any_io_executor executor, double demo_pace);
  // Fails with kConfig (unknown name, with what there is; an endpoint that cannot be made), with
  // kProviderAuth for AWS credentials that this version does not fetch, or with what starting the
  // demo model said. May read AWS's files.
  Result<std::shared_ptr<const llm::Provider>> find(const std::string& name, const Config& config,
                                                    const Environment& environment,
                                                    double idle_timeout_s,
                                                    ProviderUse use = ProviderUse::kSend);
  boost::asio::awaitable<void> stop();

 private:
  Result<std::string> mock_url();
  boost::asio::any_io_executor executor_;
  double demo_pace_;
  AwsCredentials aws_;
  std::mutex mutex_;
  std::unique_ptr<llm::mock::MockProvider> mock_;
};

}  // namespace tactus::runtime
