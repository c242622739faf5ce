#include <algorithm>

#include <tactus/base/text.hpp>
#include <tactus/runtime/provider_kinds.hpp>
#include <tactus/runtime/providers.hpp>

namespace tactus::runtime {
namespace {

constexpr std::string_view kDemo = "demo";
constexpr std::string_view kScripted = "scripted";
constexpr std::string_view kOpenAi = "openai";
constexpr std::chrono::milliseconds kDemoFirstToken{400};
// Where nothing is sent.
constexpr std::string_view kReplayUrl = "http://127.0.0.1/v1";

const ProviderConfig* configured(const std::string& name, const Config& config) {
  const auto found = config.providers.find(name);
  return found == config.providers.end() ? nullptr : &found->second;
}

bool has_openai_key(const Config& config, const Environment& environment) {
  const std::string name(kOpenAi);
  const ProviderSources sources{configured(name, config), config, environment, nullptr};
  return !api_key_of(*find_provider_kind(name), name, sources).empty();
}

// "openai" for gpt-4o …, or nothing.
std::string provider_of_model(std::string_view model) {
  const auto starts = [&](std::string_view prefix) { return model.starts_with(prefix); };
  if (starts("gpt-") || starts("o1") || starts("o3") || starts("o4")) return "openai";
  if (starts("claude-")) return "anthropic";
  if (starts("gemini-")) return "google";
  return "";
}

std::vector<std::string> known_providers(const Config& config) {
  std::vector<std::string> names = {std::string(kDemo), std::string(kScripted)};
  for (const ProviderKind& kind : provider_kinds()) {
    if (!kind.base_url.empty()) names.emplace_back(kind.name);
  }
  for (const auto& [name, provider] : config.providers) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

bool is_known(const std::string& name, const Config& config) {
  const auto names = known_providers(config);
  return std::find(names.begin(), names.end(), name) != names.end();
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

Error unknown_type(const std::string& name, const std::string& type) {
  std::vector<std::string> types;
  for (const ProviderKind& kind : provider_kinds()) types.emplace_back(kind.name);
  const auto match = closest_match(type, types);
  return {
      ErrorCode::kConfig,
      fmt::format("provider '{}' has the type '{}', which this version does not speak", name, type),
      match ? fmt::format("did you mean type: {}?", *match) : "types: " + join(types, ", "),
      {},
      ""};
}

// Answered by the mock provider of this process, unless the configuration says otherwise.
bool is_offline(std::string_view name, const Config& config) {
  return (name == kDemo || name == kScripted) && !config.providers.contains(std::string(name));
}

// What an address leaves to the environment is of no concern where nothing is sent.
void make_replayable(llm::EndpointOptions& endpoint) {
  endpoint.needs_key = false;
  const std::size_t project = endpoint.base_url.find("{project}");
  if (project != std::string::npos)
    endpoint.base_url.replace(project, std::string_view("{project}").size(), "replay");
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
    if (is_known(prefix, config)) {
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
    const auto by_key = [&] { return has_openai_key(config, environment) ? kOpenAi : kDemo; };
    resolved.provider = wish.unnamed ? *wish.unnamed : std::string(by_key());
  }
  resolved.demo = resolved.provider == kDemo;
  resolved.scripted = resolved.provider == kScripted && is_offline(kScripted, config);
  if (resolved.model.empty()) {
    if (resolved.demo || resolved.scripted) {
      resolved.model = resolved.provider;
    } else if (resolved.provider == kOpenAi) {
      resolved.model = "gpt-4o";
    } else if (!is_known(resolved.provider, config)) {
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

Result<const ProviderKind*> kind_of_provider(const std::string& name, const Config& config) {
  if (is_offline(name, config)) return nullptr;
  const ProviderConfig* entry = configured(name, config);
  const std::string type = entry ? entry->type : "";
  const ProviderKind* kind = find_provider_kind(type.empty() ? name : type);
  if (!kind && entry && type.empty()) kind = &provider_kinds().front();
  if (!kind) return fail(type.empty() ? unknown_provider(name, config) : unknown_type(name, type));
  return kind;
}

DefaultModel default_model_of(const Config& config, const Environment& environment) {
  const auto resolved = resolve_model({}, config, environment);
  if (!resolved) return {config.default_provider.value_or(""), "", false};
  return {resolved->provider, resolved->model, resolved->demo};
}

ProviderRegistry::ProviderRegistry(boost::asio::any_io_executor executor, double demo_pace)
    : executor_(executor), demo_pace_(demo_pace), aws_(std::move(executor)) {}

Result<std::shared_ptr<const llm::Provider>> ProviderRegistry::find(const std::string& name,
                                                                    const Config& config,
                                                                    const Environment& environment,
                                                                    double idle_timeout_s,
                                                                    ProviderUse use) {
  const bool replays = use == ProviderUse::kReplay;
  if (is_offline(name, config)) {
    auto url = replays ? std::string(kReplayUrl) : mock_url();
    if (!url) return fail(url.error());
    llm::OpenAiOptions options;
    options.name = name;
    options.timeouts.idle =
        std::chrono::milliseconds(static_cast<std::int64_t>(idle_timeout_s * 1000));
    options.base_url = *url;
    options.needs_key = false;
    return std::shared_ptr<const llm::Provider>(llm::make_openai_provider(std::move(options)));
  }
  const ProviderSources sources{configured(name, config), config, environment,
                                replays ? nullptr : &aws_};
  const auto kind = kind_of_provider(name, config);
  if (!kind) return fail(kind.error());
  auto endpoint = endpoint_of(**kind, name, sources, idle_timeout_s);
  if (!endpoint) return fail(endpoint.error());
  if (replays) make_replayable(*endpoint);
  auto made = (*kind)->make(*std::move(endpoint), sources);
  if (!made) return fail(std::move(made.error()));
  return std::shared_ptr<const llm::Provider>(*std::move(made));
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
