#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/bedrock_anthropic_provider.hpp>
#include <tactus/runtime/provider_kinds.hpp>

namespace tactus::runtime {
namespace {

using Made = Result<std::unique_ptr<llm::Provider>>;

Made openai(llm::EndpointOptions endpoint, const ProviderSources&) {
  return llm::make_openai_provider(llm::OpenAiOptions(std::move(endpoint)));
}

Made responses(llm::EndpointOptions endpoint, const ProviderSources&) {
  return llm::make_responses_provider(llm::OpenAiOptions(std::move(endpoint)));
}

Made anthropic(llm::EndpointOptions endpoint, const ProviderSources&) {
  return llm::make_anthropic_provider(std::move(endpoint));
}

Made google(llm::EndpointOptions endpoint, const ProviderSources&) {
  return llm::make_gemini_provider(std::move(endpoint), llm::GeminiAccess::kApiKey);
}

void fill_in(std::string& text, std::string_view mark, std::string_view value) {
  const std::size_t at = text.find(mark);
  if (at != std::string::npos) text.replace(at, mark.size(), value);
}

Made vertex(llm::EndpointOptions endpoint, const ProviderSources& sources) {
  const std::string project = sources.environment.get("GOOGLE_CLOUD_PROJECT");
  std::string location = sources.environment.get("GOOGLE_CLOUD_LOCATION");
  if (location.empty()) location = "global";
  if (project.empty() && endpoint.base_url.find("{project}") != std::string::npos) {
    return fail(Error{ErrorCode::kConfig,
                      fmt::format("provider '{}' needs a project", endpoint.name),
                      fmt::format("set GOOGLE_CLOUD_PROJECT in the environment or .env, or "
                                  "providers.{}.base_url in .tactus/config.yml",
                                  endpoint.name),
                      {},
                      ""});
  }
  const std::string host = location == "global" ? "" : location + "-";
  fill_in(endpoint.base_url, "{host}", host + "aiplatform.googleapis.com");
  fill_in(endpoint.base_url, "{project}", project);
  fill_in(endpoint.base_url, "{location}", location);
  return llm::make_gemini_provider(std::move(endpoint), llm::GeminiAccess::kVertexToken);
}

// Credentials go to AWS and to what is called like the provider itself: a named endpoint may be
// anybody's server.
using MakeBedrock = std::unique_ptr<llm::Provider> (*)(llm::BedrockOptions);

template <MakeBedrock kMake>
Made bedrock(llm::EndpointOptions endpoint, const ProviderSources& sources) {
  const std::string region = region_of_aws_host(endpoint.base_url);
  const bool ours = endpoint.name == "bedrock" || endpoint.name == "bedrock-anthropic" ||
                    !region.empty() || endpoint.base_url.find("{region}") != std::string::npos;
  endpoint.key_hint =
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment or .env, a profile in "
      "~/.aws/credentials, or " +
      endpoint.key_hint;
  llm::BedrockOptions options(std::move(endpoint));
  options.region = region.empty() || region == "{region}"
                       ? aws_region(sources.config, sources.environment)
                       : region;
  if (options.api_key.empty() && ours && sources.aws) {
    auto credentials = sources.aws->find(sources.config, sources.environment);
    if (!credentials) return fail(std::move(credentials.error()));
    options.credentials = *std::move(credentials);
  }
  return kMake(std::move(options));
}

// A key is only wanted by Ollama's cloud, and must not go to another server.
Made ollama(llm::EndpointOptions endpoint, const ProviderSources& sources) {
  endpoint.base_url = llm::ollama_base_url(endpoint.base_url);
  const bool cloud = endpoint.base_url.starts_with("https://ollama.com") &&
                     (endpoint.base_url.size() == std::string_view("https://ollama.com").size() ||
                      endpoint.base_url[std::string_view("https://ollama.com").size()] == '/');
  if (cloud && endpoint.api_key.empty()) {
    endpoint.api_key = sources.environment.get("OLLAMA_API_KEY");
  }
  return llm::make_ollama_provider(std::move(endpoint));
}

constexpr std::string_view kGoogleUrl = "https://generativelanguage.googleapis.com/v1beta";

// The first is what a named endpoint is that says no more. Local servers need no key.
constexpr std::array kKinds = {
    ProviderKind{"openai-compatible", "", "", "", "", openai},
    ProviderKind{"openai", "https://api.openai.com/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY",
                 "openai_api_key", openai},
    ProviderKind{"openai-responses", "https://api.openai.com/v1", "OPENAI_BASE_URL",
                 "OPENAI_API_KEY", "openai_api_key", responses},
    ProviderKind{"anthropic", "https://api.anthropic.com", "ANTHROPIC_BASE_URL",
                 "ANTHROPIC_API_KEY", "anthropic_api_key", anthropic},
    ProviderKind{"groq", "https://api.groq.com/openai/v1", "", "GROQ_API_KEY", "", openai},
    ProviderKind{"mistral", "https://api.mistral.ai/v1", "", "MISTRAL_API_KEY", "", openai},
    ProviderKind{"deepseek", "https://api.deepseek.com", "", "DEEPSEEK_API_KEY", "", openai},
    ProviderKind{"openrouter", "https://openrouter.ai/api/v1", "", "OPENROUTER_API_KEY", "",
                 openai},
    ProviderKind{"xai", "https://api.x.ai/v1", "", "XAI_API_KEY", "", openai},
    ProviderKind{"together", "https://api.together.xyz/v1", "", "TOGETHER_API_KEY", "", openai},
    ProviderKind{"fireworks", "https://api.fireworks.ai/inference/v1", "", "FIREWORKS_API_KEY", "",
                 openai},
    ProviderKind{"perplexity", "https://api.perplexity.ai", "", "PERPLEXITY_API_KEY", "", openai},
    ProviderKind{"google", kGoogleUrl, "GOOGLE_BASE_URL", "GOOGLE_API_KEY", "google_api_key",
                 google},
    ProviderKind{"google-gla", kGoogleUrl, "GOOGLE_BASE_URL", "GOOGLE_API_KEY", "google_api_key",
                 google},
    ProviderKind{"google-vertex", "https://{host}/v1/projects/{project}/locations/{location}", "",
                 "GOOGLE_OAUTH_ACCESS_TOKEN", "", vertex},
    ProviderKind{"bedrock", "https://bedrock-runtime.{region}.amazonaws.com",
                 "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_BEARER_TOKEN_BEDROCK", "",
                 bedrock<llm::make_bedrock_provider>},
    ProviderKind{"bedrock-anthropic", "https://bedrock-runtime.{region}.amazonaws.com",
                 "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_BEARER_TOKEN_BEDROCK", "",
                 bedrock<llm::make_bedrock_anthropic_provider>},
    ProviderKind{"ollama", "http://127.0.0.1:11434", "OLLAMA_HOST", "", "", ollama},
    ProviderKind{"vllm", "http://127.0.0.1:8000/v1", "", "", "", openai},
    ProviderKind{"llama.cpp", "http://127.0.0.1:8080/v1", "", "", "", openai},
    ProviderKind{"lm-studio", "http://127.0.0.1:1234/v1", "", "", "", openai},
};

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

// Where a key would be looked for, for who misses it.
std::string key_hint(const ProviderKind& kind, const std::string& name,
                     const ProviderSources& sources) {
  const bool own_variable = sources.configured && !sources.configured->api_key_env.empty();
  const std::string variable = own_variable        ? sources.configured->api_key_env
                               : name == kind.name ? std::string(kind.key_variable)
                                                   : "";
  const std::string setting = name == kind.name && !kind.key_setting.empty()
                                  ? std::string(kind.key_setting)
                                  : "providers." + name + ".api_key";
  return (variable.empty() ? "" : variable + " in the environment or .env, or ") + setting +
         " in .tactus/config.yml";
}

}  // namespace

std::span<const ProviderKind> provider_kinds() { return kKinds; }

const ProviderKind* find_provider_kind(std::string_view name) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const ProviderKind& kind) { return kind.name == name; });
  return found == kKinds.end() ? nullptr : &*found;
}

// What is said under the provider's own name comes first. A named endpoint never gets the key of
// its kind: it may be anybody's server.
std::string api_key_of(const ProviderKind& kind, const std::string& name,
                       const ProviderSources& sources) {
  if (const ProviderConfig* configured = sources.configured) {
    if (!configured->api_key.empty()) return configured->api_key;
    if (!configured->api_key_env.empty()) return sources.environment.get(configured->api_key_env);
  }
  if (name != kind.name) return "";
  const auto short_form = sources.config.api_keys.find(std::string(kind.key_setting));
  if (short_form != sources.config.api_keys.end() && !short_form->second.empty())
    return short_form->second;
  return kind.key_variable.empty() ? "" : sources.environment.get(std::string(kind.key_variable));
}

Result<llm::EndpointOptions> endpoint_of(const ProviderKind& kind, const std::string& name,
                                         const ProviderSources& sources, double idle_timeout_s) {
  llm::EndpointOptions endpoint;
  endpoint.name = name;
  endpoint.timeouts.idle = milliseconds(idle_timeout_s);
  endpoint.base_url = kind.base_url;
  if (name == kind.name && !kind.url_variable.empty()) {
    const std::string url = sources.environment.get(std::string(kind.url_variable));
    if (!url.empty()) endpoint.base_url = url;
  }
  endpoint.api_key = api_key_of(kind, name, sources);
  endpoint.key_hint = key_hint(kind, name, sources);
  endpoint.needs_key = !kind.key_variable.empty();
  if (const ProviderConfig* configured = sources.configured) {
    if (!configured->base_url.empty()) {
      endpoint.base_url = configured->base_url;
      // A server of one's own needs no key unless the configuration says where one is.
      endpoint.needs_key = false;
    }
    if (!configured->api_key_env.empty()) endpoint.needs_key = true;
    for (const auto& [header, value] : configured->headers)
      endpoint.headers.emplace_back(header, value);
    if (configured->timeout_s) endpoint.timeouts.first_byte = milliseconds(*configured->timeout_s);
  }
  if (!endpoint.base_url.empty()) return endpoint;
  return fail(Error{ErrorCode::kConfig,
                    fmt::format("provider '{}' has no base_url", name),
                    fmt::format("set providers.{}.base_url in .tactus/config.yml", name),
                    {},
                    ""});
}

}  // namespace tactus::runtime
