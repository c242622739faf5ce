// The OpenAI Chat Completions dialect, as OpenAI and every compatible server speak it. The parts:
// openai_dialect (who differs in what), openai_request (bodies out), openai_decoder and
// openai_chunk (answers in), provider_error (failures).
#include <tactus/base/text.hpp>
#include <tactus/llm/providers/openai_decoder.hpp>
#include <tactus/llm/providers/openai_request.hpp>
#include <tactus/llm/providers/provider_error.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kPath = "/chat/completions";

// The base URL may carry a query (Azure's api-version) and may already name the path.
std::string url_of(const std::string& base_url) {
  const std::size_t query = std::min(base_url.find('?'), base_url.size());
  std::string url = base_url.substr(0, query);
  while (url.ends_with('/')) url.pop_back();
  if (!url.ends_with(kPath)) url += kPath;
  return url + base_url.substr(query);
}

class OpenAiProvider final : public Provider {
 public:
  explicit OpenAiProvider(OpenAiOptions options)
      : options_(std::move(options)),
        dialect_(dialect_of(options_)),
        url_(url_of(options_.base_url)) {
    options_.api_key = trim(options_.api_key);
    const std::string config_key =
        options_.name == "openai" ? "openai_api_key" : "providers." + options_.name + ".api_key";
    context_ = {options_.name, options_.api_key,
                options_.api_key_hint + " in the environment or .env, or " + config_key +
                    " in .tactus/config.yml"};
  }

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(); !usable) return fail(usable.error());
    net::HttpRequest http;
    http.url = url_;
    http.timeouts = options_.timeouts;
    http.headers = options_.headers;
    add_header(http.headers, "Content-Type", "application/json");
    add_header(http.headers, "Accept", request.stream ? "text/event-stream" : "application/json");
    if (!options_.api_key.empty()) {
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    }
    http.body = dump_json(openai_request_body(request, dialect_));
    return http;
  }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return openai_dropped_settings(request, dialect_);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override {
    return std::make_unique<OpenAiDecoder>();
  }

  ProviderFailure failure(int status, const net::Headers& headers,
                          std::string_view body) const override {
    return failure_of_status(context_, status, headers, body, system_clock().wall());
  }

  ProviderFailure failure(const InBandError& error, const net::Headers& headers) const override {
    return failure_of_stream(context_, error, headers);
  }

  std::string request_id(const net::Headers& headers) const override {
    return request_id_of(context_, headers);
  }

 private:
  static void add_header(net::Headers& headers, std::string name, std::string value) {
    if (!net::find_header(headers, name)) headers.emplace_back(std::move(name), std::move(value));
  }

  Result<void> check_key() const {
    Error error;
    error.code = ErrorCode::kProviderAuth;
    error.hint = "set " + context_.key_hint;
    const bool own_credential = net::find_header(options_.headers, "authorization") ||
                                net::find_header(options_.headers, "api-key");
    if (options_.api_key.empty() && options_.needs_key && !own_credential) {
      error.message = "no API key for provider '" + options_.name + "'";
      return fail(std::move(error));
    }
    for (const char c : options_.api_key) {
      if (c > ' ' && c < 0x7F) continue;
      error.message = "the API key for provider '" + options_.name +
                      "' contains a blank, a line break or another character that no key has";
      return fail(std::move(error));
    }
    return {};
  }

  OpenAiOptions options_;
  OpenAiDialect dialect_;
  std::string url_;
  ErrorContext context_;
};

}  // namespace

std::unique_ptr<Provider> make_openai_provider(OpenAiOptions options) {
  return std::make_unique<OpenAiProvider>(std::move(options));
}

}  // namespace tactus::llm
