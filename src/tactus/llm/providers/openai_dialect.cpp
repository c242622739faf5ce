#include <tactus/base/text.hpp>
#include <tactus/llm/providers/openai_dialect.hpp>

namespace tactus::llm {
namespace {

// "api.openai.com" of "https://api.openai.com:443/v1".
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  const std::size_t user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  if (!url.starts_with('[')) url = url.substr(0, url.find(':'));
  return to_lower(url);
}

bool is_azure(const std::string& host) {
  return host.ends_with(".openai.azure.com") || host.ends_with(".cognitiveservices.azure.com");
}

}  // namespace

bool is_reasoning_model(std::string_view model) {
  const std::size_t vendor = model.rfind('/');
  if (vendor != std::string_view::npos) model.remove_prefix(vendor + 1);
  if (model.starts_with("gpt-5")) return model.find("-chat") == std::string_view::npos;
  return model.size() >= 2 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9';
}

OpenAiDialect dialect_of(const OpenAiOptions& options) {
  const std::string host = host_of(options.base_url);
  const bool openai = host == "api.openai.com" || host.ends_with(".api.openai.com");
  OpenAiDialect dialect;
  dialect.obfuscation = openai;
  dialect.reasoning_models = openai || is_azure(host);
  dialect.max_completion_tokens = dialect.reasoning_models;
  if (host == "api.mistral.ai") {
    dialect.stream_options = false;
    dialect.required_choice = "any";
  }
  if (options.max_tokens_field != MaxTokensField::kByHost) {
    dialect.max_completion_tokens =
        options.max_tokens_field == MaxTokensField::kMaxCompletionTokens;
  }
  return dialect;
}

}  // namespace tactus::llm
