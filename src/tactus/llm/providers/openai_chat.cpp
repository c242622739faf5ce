// The OpenAI Chat Completions dialect, as OpenAI and every compatible server speak it. The parts:
// openai_dialect (who differs in what), openai_request (bodies out), openai_decoder and
// openai_chunk (answers in), provider_error (failures).
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/llm/providers/openai_decoder.hpp>
#include <tactus/llm/providers/openai_request.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kPath = "/chat/completions";

class OpenAiProvider final : public Provider {
 public:
  explicit OpenAiProvider(OpenAiOptions options)
      : options_(completed(options)),
        dialect_(dialect_of(options)),
        url_(endpoint_url(options_.base_url, kPath)),
        context_(error_context(options_)) {}

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"authorization", "api-key"}); !usable) {
      return fail(usable.error());
    }
    net::HttpRequest http =
        json_request(options_, url_, request.stream ? "text/event-stream" : "application/json",
                     openai_request_body(request, dialect_));
    if (!options_.api_key.empty()) {
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    }
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
  EndpointOptions options_;
  OpenAiDialect dialect_;
  std::string url_;
  ErrorContext context_;
};

}  // namespace

OpenAiOptions::OpenAiOptions() {
  name = "openai";
  base_url = "https://api.openai.com/v1";
  key_hint = "OPENAI_API_KEY in the environment or .env, or openai_api_key in .tactus/config.yml";
}

std::unique_ptr<Provider> make_openai_provider(OpenAiOptions options) {
  return std::make_unique<OpenAiProvider>(std::move(options));
}

}  // namespace tactus::llm
