// The Anthropic Messages dialect. The parts: anthropic_model (who takes what), anthropic_request
// and anthropic_messages (bodies out), anthropic_reader (answers in).
#include <tactus/base/text.hpp>
#include <tactus/llm/providers/anthropic_reader.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/llm/providers/json_parser.hpp>
#include <tactus/llm/providers/sse_answer.hpp>

namespace tactus::llm {
namespace {

constexpr std::string_view kVersion = "2023-06-01";

// The base URL is given with the version or without it.
std::string messages_url(const std::string& base_url) {
  const std::size_t path_end = std::min(base_url.find('?'), base_url.size());
  std::string_view base = std::string_view(base_url).substr(0, path_end);
  while (base.ends_with('/')) base.remove_suffix(1);
  return endpoint_url(base_url, base.ends_with("/v1") ? "/messages" : "/v1/messages");
}

class AnthropicDecoder final : public SseAnswerDecoder {
 public:
  explicit AnthropicDecoder(std::string output_tool) : reader_(std::move(output_tool)) {}
  bool complete() const override { return reader_.complete(); }
  bool ended() const override { return reader_.ended(); }

 private:
  Result<void> read_event(const net::SseEventView& event,
                          std::vector<ModelEvent>& events) override {
    const std::string_view text = event.error.empty() ? event.data : event.error;
    if (trim(text) == "[DONE]") return {};  // Of a gateway.
    const auto json = parser_.parse(text);
    if (!json) return fail(json.error());
    return reader_.read(*json, events);
  }
  Result<void> read_whole(std::string_view text, std::vector<ModelEvent>& events) override {
    const auto json = parser_.parse(text);
    if (!json) return fail(json.error());
    return reader_.read_whole(*json, events);
  }
  void read_end(std::vector<ModelEvent>& events) override { reader_.finish(events); }
  bool over() const override { return reader_.ended(); }

  AnswerParser parser_;
  AnthropicReader reader_;
};

class AnthropicProvider final : public Provider {
 public:
  explicit AnthropicProvider(EndpointOptions options)
      : options_(completed(std::move(options))),
        url_(messages_url(options_.base_url)),
        context_(error_context(options_)) {
    dialect_.own_host = url_.starts_with("https://api.anthropic.com/");
  }

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"x-api-key", "authorization"}); !usable)
      return fail(usable.error());
    net::HttpRequest http =
        json_request(options_, url_, request.stream ? "text/event-stream" : "application/json",
                     anthropic_request_body(request, dialect_));
    add_header(http.headers, "anthropic-version", std::string(kVersion));
    if (!options_.api_key.empty()) add_header(http.headers, "x-api-key", options_.api_key);
    return http;
  }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return anthropic_dropped_settings(request);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override {
    return std::make_unique<AnthropicDecoder>("");
  }

  std::unique_ptr<StreamDecoder> answer_decoder(const ModelRequest& request,
                                                std::string_view) const override {
    return std::make_unique<AnthropicDecoder>(anthropic_output_tool(request));
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
  AnthropicDialect dialect_;
  std::string url_;
  ErrorContext context_;
};

}  // namespace

std::unique_ptr<Provider> make_anthropic_provider(EndpointOptions options) {
  return std::make_unique<AnthropicProvider>(std::move(options));
}

}  // namespace tactus::llm
