// Which model answers a turn: the agent's own, and after it has failed those of `fallback`.
#include <tactus/runtime/turn.hpp>

namespace tactus::runtime {
namespace {

// "provider:model", as a fallback names it.
ModelWish named(const std::string& name) {
  const std::size_t colon = name.find(':');
  ModelWish wish;
  wish.provider = name.substr(0, colon);
  wish.model = name.substr(colon + 1);
  return wish;
}

}  // namespace

Result<ResolvedModel> model_of(Run& run, const Agent& agent) {
  ModelWish wish;
  wish.provider = agent.declaration->provider;
  wish.model = agent.declaration->model;
  wish.file_provider = agent.realm->program.default_provider;
  wish.file_model = agent.realm->program.default_model;
  wish.overrides = run.parts().overrides;
  // A replay needs no key, and a key that happens to be there must not change what is asked.
  if (const auto& cassettes = run.parts().cassettes; cassettes && !cassettes->sends())
    wish.unnamed = cassettes->has_answers_of("openai") ? "openai" : "demo";
  return resolve_model(wish, run.parts().config, run.parts().environment);
}

Result<void> Turn::take_model(std::size_t index) {
  const program::AgentDeclaration& declaration = *agent_.declaration;
  const Config& config = run_.parts().config;
  const Environment& environment = run_.parts().environment;
  auto resolved =
      index == 0 ? model_of(run_, agent_)
                 : resolve_model(named(declaration.fallback.at(index - 1)), config, environment);
  if (!resolved) return fail(resolved.error());
  const double idle_s = declaration.idle_timeout_s.value_or(
      config.idle_timeout_s.value_or(program::AgentDeclaration::kIdleTimeoutSeconds));
  const ProviderUse use = run_.parts().http.sends() ? ProviderUse::kSend : ProviderUse::kReplay;
  auto provider = run_.parts().providers.find(resolved->provider, config, environment, idle_s, use);
  if (!provider) return fail(provider.error());
  model_ = std::move(*resolved);
  provider_ = std::move(*provider);
  model_index_ = index;
  served_model_.clear();
  return {};
}

// The next fallback that can be asked; of those that cannot, a warning tells why. A run whose model
// was chosen from outside has none.
bool Turn::take_next_model() {
  const RunOverrides& overrides = run_.parts().overrides;
  if (overrides.provider || overrides.model) return false;
  const std::vector<std::string>& fallback = agent_.declaration->fallback;
  for (std::size_t index = model_index_ + 1; index <= fallback.size(); ++index) {
    const auto taken = take_model(index);
    if (taken) return true;
    run_.warn(&task_, taken.error().code,
              fmt::format("agent '{}': its fallback '{}' cannot be asked: {}",
                          agent_.declaration->name, fallback[index - 1], taken.error().message),
              agent_.declaration->line);
  }
  return false;
}

}  // namespace tactus::runtime
