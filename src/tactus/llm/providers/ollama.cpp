// Ollama's own API. The parts: ollama_request (bodies out), ollama_decoder (answers in).
#include <tactus/base/text.hpp>
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/llm/providers/ollama_decoder.hpp>
#include <tactus/llm/providers/ollama_request.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kPath = "/api/chat";

class OllamaProvider final : public Provider {
 public:
  explicit OllamaProvider(EndpointOptions options)
      : options_(completed(std::move(options))),
        url_(endpoint_url(ollama_base_url(options_.base_url), kPath)),
        context_(error_context(options_)) {}

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"authorization"}); !usable) {
      return fail(usable.error());
    }
    net::HttpRequest http =
        json_request(options_, url_, request.stream ? "application/x-ndjson" : "application/json",
                     ollama_request_body(request));
    if (!options_.api_key.empty()) {
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    }
    return http;
  }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return ollama_dropped_settings(request);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override {
    return std::make_unique<OllamaDecoder>();
  }

  ProviderFailure failure(int status, const net::Headers& headers,
                          std::string_view body) const override {
    ProviderFailure failure =
        failure_of_status(context_, status, headers, body, system_clock().wall());
    if (status == 404) failure.error.hint = "get the model with `ollama pull`, or check its name";
    return failure;
  }

  ProviderFailure failure(const InBandError& error, const net::Headers& headers) const override {
    return failure_of_stream(context_, error, headers);
  }

  std::string request_id(const net::Headers& headers) const override {
    return request_id_of(context_, headers);
  }

 private:
  EndpointOptions options_;
  std::string url_;
  ErrorContext context_;
};

bool has_port(std::string_view host) {
  const std::size_t address_end = host.rfind(']');  // Of an IPv6 address.
  return host.rfind(':') != std::string_view::npos &&
         (address_end == std::string_view::npos || host.rfind(':') > address_end);
}

}  // namespace

// As Ollama itself reads OLLAMA_HOST. The address that a server listens on may be "all of them",
// which is none to connect to.
std::string ollama_base_url(std::string_view host) {
  host = trim(host);
  if (host.empty()) return "http://127.0.0.1:11434";
  if (host.find("://") != std::string_view::npos) return std::string(host);
  const std::size_t end = std::min(host.find('/'), host.size());
  std::string address(host.substr(0, end));
  if (!has_port(address)) address += ":11434";
  if (address.starts_with(':')) address = "127.0.0.1" + address;
  if (address.starts_with("0.0.0.0:")) address.replace(0, 7, "127.0.0.1");
  if (address.starts_with("[::]:")) address.replace(0, 4, "[::1]");
  return "http://" + address + std::string(host.substr(end));
}

std::unique_ptr<Provider> make_ollama_provider(EndpointOptions options) {
  return std::make_unique<OllamaProvider>(std::move(options));
}

}  // namespace tactus::llm
