// The OpenAI Responses dialect. The parts: responses_request (bodies out), responses_reader
// (answers in); who differs in what is in openai_dialect, as for Chat Completions.
#include <tactus/base/text.hpp>
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/llm/providers/json_parser.hpp>
#include <tactus/llm/providers/responses_reader.hpp>
#include <tactus/llm/providers/responses_request.hpp>
#include <tactus/llm/providers/sse_answer.hpp>

namespace tactus::llm {
namespace {

class ResponsesDecoder final : public SseAnswerDecoder {
 public:
  bool complete() const override { return reader_.complete(); }
  bool ended() const override { return reader_.stopped() || reader_.failed(); }

 private:
  Result<void> read_event(const net::SseEventView& event,
                          std::vector<ModelEvent>& events) override {
    const std::string_view text = event.error.empty() ? event.data : event.error;
    if (trim(text) == "[DONE]") return {};  // Of a gateway.
    const auto json = parser_.parse(text);
    if (!json) return fail(json.error());
    return reader_.read(event.error.empty() ? event.name : "error", *json, events);
  }
  Result<void> read_whole(std::string_view text, std::vector<ModelEvent>& events) override {
    const auto json = parser_.parse(text);
    if (!json) return fail(json.error());
    return reader_.read_whole(*json, events);
  }
  void read_end(std::vector<ModelEvent>& events) override { reader_.finish(events); }
  bool over() const override { return reader_.stopped(); }

  AnswerParser parser_;
  ResponsesReader reader_;
};

class ResponsesProvider final : public Provider {
 public:
  explicit ResponsesProvider(const OpenAiOptions& options)
      : options_(completed(options)),
        dialect_(dialect_of(options)),
        url_(endpoint_url(options_.base_url, "/responses")),
        context_(error_context(options_)) {}

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"authorization", "api-key"}); !usable)
      return fail(usable.error());
    net::HttpRequest http =
        json_request(options_, url_, request.stream ? "text/event-stream" : "application/json",
                     responses_request_body(request, dialect_));
    if (!options_.api_key.empty())
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    return http;
  }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return responses_dropped_settings(request, dialect_);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override {
    return std::make_unique<ResponsesDecoder>();
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

std::unique_ptr<Provider> make_responses_provider(OpenAiOptions options) {
  return std::make_unique<ResponsesProvider>(options);
}

}  // namespace tactus::llm
