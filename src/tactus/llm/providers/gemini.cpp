// Google Gemini, at Google AI with an API key or at Vertex AI with a token. The parts:
// gemini_request and gemini_history (bodies out), gemini_decoder and gemini_response (answers in).
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/llm/providers/gemini_decoder.hpp>
#include <tactus/llm/providers/gemini_request.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm {
namespace {

// A model may be named with its collection: "tunedModels/mine".
std::string path_of(const ModelRequest& request, GeminiAccess access) {
  const bool collected = request.model.find('/') != std::string::npos;
  const std::string_view before = collected                         ? "/"
                                  : access == GeminiAccess::kApiKey ? "/models/"
                                                                    : "/publishers/google/models/";
  return std::string(before) + net::percent_encode(request.model, "/@:") +
         (request.stream ? ":streamGenerateContent" : ":generateContent");
}

// Google's own variable names the host alone.
std::string with_version(std::string base_url, GeminiAccess access) {
  const auto url = net::parse_url(base_url);
  if (access == GeminiAccess::kApiKey && url && url->path == "/" && url->query.empty()) {
    return url->origin() + "/v1beta";
  }
  return base_url;
}

class GeminiProvider final : public Provider {
 public:
  GeminiProvider(EndpointOptions options, GeminiAccess access)
      : options_(completed(std::move(options))),
        access_(access),
        context_(error_context(options_)) {
    options_.base_url = with_version(std::move(options_.base_url), access);
  }

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"authorization", "x-goog-api-key"}); !usable) {
      return fail(usable.error());
    }
    std::string url = endpoint_url(options_.base_url, path_of(request, access_));
    if (request.stream) url += url.find('?') == std::string::npos ? "?alt=sse" : "&alt=sse";
    net::HttpRequest http = json_request(options_, std::move(url),
                                         request.stream ? "text/event-stream" : "application/json",
                                         gemini_request_body(request));
    if (options_.api_key.empty()) return http;
    if (access_ == GeminiAccess::kApiKey) {
      add_header(http.headers, "x-goog-api-key", options_.api_key);
    } else {
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    }
    return http;
  }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return gemini_dropped_settings(request);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override {
    return std::make_unique<GeminiDecoder>();
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
  GeminiAccess access_;
  ErrorContext context_;
};

}  // namespace

std::unique_ptr<Provider> make_gemini_provider(EndpointOptions options, GeminiAccess access) {
  return std::make_unique<GeminiProvider>(std::move(options), access);
}

}  // namespace tactus::llm
