#include <tactus/base/text.hpp>
#include <tactus/runtime/providers.hpp>

namespace tactus::runtime {
namespace {

constexpr std::string_view kDemo = "demo";
constexpr std::string_view kScripted = "scripted";
constexpr std::string_view kOpenAi = "openai";
constexpr std::chrono::milliseconds kDemoFirstToken{400};

std::string openai_key(const Config& config, const Environment& environment) {
  const auto named = config.providers.find(std::string(kOpenAi));
  if (named != config.providers.end() && !named->second.api_key.empty())
    return named->second.api_key;
  if (!config.openai_api_key.empty()) return config.openai_api_key;
  return environment.get("OPENAI_API_KEY");
}

// "openai" for gpt-4o …, or nothing.
std::string provider_of_model(std::string_view model) {
  const auto starts = [&](std::string_view prefix) { return model.starts_with(prefix); };
  if (starts("gpt-") || starts("o1") || starts("o3") || starts("o4")) return "openai";
  if (starts("claude-")) return "anthropic";
  if (starts("gemini-")) return "google";
  return "";
}

bool is_openai_dialect(const std::string& type) {
  return type == "openai" || type == "openai-compatible";
}

std::vector<std::string> known_providers(const Config& config) {
  std::vector<std::string> names = {std::string(kOpenAi), std::string(kDemo),
                                    std::string(kScripted)};
  for (const auto& [name, provider] : config.providers) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

Error unknown_provider(const std::string& name, const Config& config) {
  const auto names = known_providers(config);
  Error error;
  error.code = ErrorCode::kConfig;
  error.message = fmt::format("provider '{}' is not known; there are: {}", name, join(names, ", "));
  const auto match = closest_match(name, names);
  error.hint = match ? "did you mean '" + *match + "'?"
                     : "name an OpenAI-compatible endpoint under `providers` in .tactus/config.yml";
  return error;
}

// Answered by the mock provider of this process, unless the configuration says otherwise.
bool is_offline(std::string_view name, const Config& config) {
  return (name == kDemo || name == kScripted) && !config.providers.contains(std::string(name));
}

}  // namespace

Result<ResolvedModel> resolve_model(const ModelWish& wish, const Config& config,
                                    const Environment& environment) {
  ResolvedModel resolved;
  resolved.provider = wish.overrides.provider.value_or(
      wish.provider.value_or(wish.file_provider.value_or(config.default_provider.value_or(""))));
  resolved.model = wish.overrides.model.value_or(
      wish.overrides.provider
          ? ""  // A model of another provider would not be known there.
          : wish.model.value_or(wish.file_model.value_or(config.default_model.value_or(""))));
  if (resolved.provider.empty()) {
    const std::size_t colon = resolved.model.find(':');
    const std::string prefix = colon == std::string::npos ? "" : resolved.model.substr(0, colon);
    const auto known = known_providers(config);
    if (std::find(known.begin(), known.end(), prefix) != known.end()) {
      resolved.provider = prefix;
      resolved.model = resolved.model.substr(colon + 1);
    }
  }
  if (resolved.provider.empty() && !resolved.model.empty()) {
    resolved.provider = provider_of_model(resolved.model);
    if (!resolved.provider.empty()) {
      resolved.warning = fmt::format("provider '{}' was inferred from the model name '{}'",
                                     resolved.provider, resolved.model);
    }
  }
  if (resolved.provider.empty()) {
    resolved.provider = openai_key(config, environment).empty() ? kDemo : kOpenAi;
  }
  resolved.demo = resolved.provider == kDemo;
  resolved.scripted = resolved.provider == kScripted && is_offline(kScripted, config);
  if (resolved.model.empty()) {
    if (resolved.demo || resolved.scripted) {
      resolved.model = resolved.provider;
    } else if (resolved.provider == kOpenAi) {
      resolved.model = "gpt-4o";
    } else if (!config.providers.contains(resolved.provider)) {
      return fail(unknown_provider(resolved.provider, config));
    } else {
      Error error{ErrorCode::kValidation,
                  fmt::format("provider '{}' needs a model", resolved.provider),
                  "",
                  {},
                  ""};
      error.hint =
          "set `model` on the agent, default_model(…) in the file, or default_model in "
          ".tactus/config.yml";
      return fail(std::move(error));
    }
  }
  return resolved;
}

DefaultModel default_model_of(const Config& config, const Environment& environment) {
  const auto resolved = resolve_model({}, config, environment);
  if (!resolved) return {config.default_provider.value_or(""), "", false};
  return {resolved->provider, resolved->model, resolved->demo};
}

ProviderRegistry::ProviderRegistry(boost::asio::any_io_executor executor, double demo_pace)
    : executor_(std::move(executor)), demo_pace_(demo_pace) {}

Result<std::shared_ptr<const llm::Provider>> ProviderRegistry::find(const std::string& name,
                                                                    const Config& config,
                                                                    const Environment& environment,
                                                                    double idle_timeout_s) {
  llm::OpenAiOptions options;
  options.name = name;
  options.timeouts.idle =
      std::chrono::milliseconds(static_cast<std::int64_t>(idle_timeout_s * 1000));
  const auto configured = config.providers.find(name);
  if (is_offline(name, config)) {
    auto url = mock_url();
    if (!url) return fail(url.error());
    options.base_url = *url;
    options.needs_key = false;
    return std::shared_ptr<const llm::Provider>(llm::make_openai_provider(std::move(options)));
  }
  const std::string type = configured == config.providers.end() ? "" : configured->second.type;
  if (name == kOpenAi && (type.empty() || is_openai_dialect(type))) {
    options.api_key = openai_key(config, environment);
    if (const std::string base = environment.get("OPENAI_BASE_URL"); !base.empty())
      options.base_url = base;
  } else if (!is_openai_dialect(type)) {
    if (type.empty()) return fail(unknown_provider(name, config));
    return fail(
        Error{ErrorCode::kConfig,
              fmt::format("provider '{}' has the type '{}', which this version does not speak",
                          name, type),
              "use type: openai-compatible",
              {},
              ""});
  }
  if (configured != config.providers.end()) {
    const ProviderConfig& provider = configured->second;
    if (!provider.base_url.empty()) options.base_url = provider.base_url;
    if (!provider.api_key.empty()) options.api_key = provider.api_key;
    if (!provider.api_key_env.empty()) {
      options.api_key_hint = provider.api_key_env;
      if (options.api_key.empty()) options.api_key = environment.get(provider.api_key_env);
    }
    // A local server needs no key unless the configuration says where one is.
    options.needs_key = name == kOpenAi ? provider.base_url.empty() : !provider.api_key_env.empty();
    for (const auto& [header, value] : provider.headers)
      options.headers.emplace_back(header, value);
    if (provider.timeout_s) {
      options.timeouts.first_byte =
          std::chrono::milliseconds(static_cast<std::int64_t>(*provider.timeout_s * 1000));
    }
    if (options.base_url.empty() || (name != kOpenAi && provider.base_url.empty())) {
      return fail(Error{ErrorCode::kConfig,
                        fmt::format("provider '{}' has no base_url", name),
                        fmt::format("set providers.{}.base_url in .tactus/config.yml", name),
                        {},
                        ""});
    }
  }
  return std::shared_ptr<const llm::Provider>(llm::make_openai_provider(std::move(options)));
}

Result<std::string> ProviderRegistry::mock_url() {
  const std::lock_guard lock(mutex_);
  if (!mock_) {
    llm::mock::MockOptions options;
    options.pace = demo_pace_;
    options.first_token = kDemoFirstToken;
    auto started = llm::mock::MockProvider::start(executor_, options);
    if (!started) return fail(started.error());
    mock_ = std::move(*started);
  }
  return mock_->base_url();
}

boost::asio::awaitable<void> ProviderRegistry::stop() {
  std::unique_ptr<llm::mock::MockProvider> mock;
  {
    const std::lock_guard lock(mutex_);
    mock = std::move(mock_);
  }
  if (mock) co_await mock->stop();
}

}  // namespace tactus::runtime
