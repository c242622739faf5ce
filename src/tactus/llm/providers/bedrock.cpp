// AWS Bedrock's Converse. The parts: bedrock_request, bedrock_history and bedrock_model (bodies
// out), bedrock_decoder and aws/event_stream (answers in), aws/sigv4 and aws/credentials (who
// asks).
#include <tactus/base/text.hpp>
#include <tactus/llm/aws/sigv4.hpp>
#include <tactus/llm/bedrock_anthropic_provider.hpp>
#include <tactus/llm/providers/anthropic_request.hpp>
#include <tactus/llm/providers/bedrock_anthropic.hpp>
#include <tactus/llm/providers/bedrock_decoder.hpp>
#include <tactus/llm/providers/bedrock_request.hpp>
#include <tactus/llm/providers/endpoint.hpp>
#include <tactus/net/url.hpp>

namespace tactus::llm {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kRegionMark = "{region}";

enum class BedrockApi : std::uint8_t { kConverse, kAnthropic };

class BedrockSigner final : public RequestSigner {
 public:
  BedrockSigner(std::string region, std::shared_ptr<aws::CredentialSource> credentials,
                const Clock& clock)
      : scope_{std::move(region), "bedrock"}, credentials_(std::move(credentials)), clock_(clock) {}

  awaitable<Result<void>> sign(net::HttpRequest& request, net::HttpClient& http,
                               StopToken& stop) override {
    const Result<aws::Credentials> credentials = co_await credentials_->get(http, stop);
    if (!credentials) co_return fail(credentials.error());
    co_return aws::sign_request(request, *credentials, scope_, clock_.wall());
  }

 private:
  const aws::SigningScope scope_;
  const std::shared_ptr<aws::CredentialSource> credentials_;
  const Clock& clock_;
};

// China has a domain of its own.
std::string with_region(std::string url, std::string_view region) {
  const std::size_t mark = url.find(kRegionMark);
  if (mark == std::string::npos) return url;
  url.replace(mark, kRegionMark.size(), region);
  return region.starts_with("cn-") && url.ends_with(".amazonaws.com") ? url + ".cn" : url;
}

// What went wrong as other providers say it: the kind stands in a header, the message in either of
// two spellings. A refused signature is explained by repeating what was signed, which holds the
// session token.
std::string common_error_body(const net::Headers& headers, std::string_view body) {
  const auto json = parse_json(body);
  if (!json || !json->is_object()) return std::string(body);
  std::string_view kind = net::find_header(headers, "x-amzn-errortype").value_or("");
  if (kind.empty()) kind = string_member(*json, "__type");
  if (const std::size_t space = kind.find('#'); space != std::string_view::npos) {
    kind.remove_prefix(space + 1);
  }
  kind = kind.substr(0, kind.find(':'));
  std::string_view message = string_member(*json, "message");
  if (message.empty()) message = string_member(*json, "Message");
  message = message.substr(0, message.find("The Canonical String"));
  if (kind.empty() && message.empty()) return std::string(body);
  JsonObject error;
  error["type"] = kind;
  error["message"] = trim(message);
  JsonObject common;
  common["error"] = std::move(error);
  return dump_json(common);
}

std::string path_of(const ModelRequest& request, BedrockApi api) {
  const bool converse = api == BedrockApi::kConverse;
  const std::string_view verb =
      request.stream ? (converse ? "/converse-stream" : "/invoke-with-response-stream")
                     : (converse ? "/converse" : "/invoke");
  return "/model/" + net::percent_encode(request.model) + std::string(verb);
}

class BedrockProvider final : public Provider {
 public:
  BedrockProvider(BedrockOptions options, BedrockApi api)
      : options_(completed(options)), api_(api), context_(error_context(options_)) {
    options_.base_url = with_region(options_.base_url, options.region);
    if (options_.api_key.empty() && options.credentials) {
      options_.needs_key = false;
      signer_ = std::make_shared<BedrockSigner>(options.region, std::move(options.credentials),
                                                *options.clock);
    }
  }

  const std::string& name() const override { return options_.name; }

  Result<net::HttpRequest> build(const ModelRequest& request) const override {
    if (auto usable = check_key(options_, {"authorization"}); !usable) {
      Error error = std::move(usable.error());
      if (options_.api_key.empty()) {
        error.message = "no AWS credentials for provider '" + options_.name + "'";
      }
      return fail(std::move(error));
    }
    net::HttpRequest http =
        json_request(options_, endpoint_url(options_.base_url, path_of(request, api_)),
                     request.stream ? "application/vnd.amazon.eventstream" : "application/json",
                     converses() ? bedrock_request_body(request) : bedrock_anthropic_body(request));
    if (!options_.api_key.empty()) {
      add_header(http.headers, "Authorization", "Bearer " + options_.api_key);
    }
    return http;
  }

  std::shared_ptr<RequestSigner> signer() const override { return signer_; }

  std::vector<std::string> dropped_settings(const ModelRequest& request) const override {
    return converses() ? bedrock_dropped_settings(request) : anthropic_dropped_settings(request);
  }

  std::unique_ptr<StreamDecoder> decoder(std::string_view) const override { return decode(""); }

  std::unique_ptr<StreamDecoder> answer_decoder(const ModelRequest& request,
                                                std::string_view) const override {
    return decode(anthropic_output_tool(request));
  }

  ProviderFailure failure(int status, const net::Headers& headers,
                          std::string_view body) const override {
    ProviderFailure failure = failure_of_status(
        context_, status, headers, common_error_body(headers, body), system_clock().wall());
    if (failure.provider_message.starts_with("Signature expired") ||
        failure.provider_message.starts_with("Signature not yet current")) {
      failure.error.hint = "set the clock of this machine";
    }
    return failure;
  }

  ProviderFailure failure(const InBandError& error, const net::Headers& headers) const override {
    return failure_of_stream(context_, error, headers);
  }

  std::string request_id(const net::Headers& headers) const override {
    return request_id_of(context_, headers);
  }

 private:
  bool converses() const { return api_ == BedrockApi::kConverse; }

  std::unique_ptr<StreamDecoder> decode(std::string output_tool) const {
    if (converses()) return std::make_unique<BedrockDecoder>();
    return std::make_unique<BedrockAnthropicDecoder>(std::move(output_tool));
  }

  EndpointOptions options_;
  BedrockApi api_;
  ErrorContext context_;
  std::shared_ptr<RequestSigner> signer_;
};

}  // namespace

std::unique_ptr<Provider> make_bedrock_provider(BedrockOptions options) {
  return std::make_unique<BedrockProvider>(std::move(options), BedrockApi::kConverse);
}

std::unique_ptr<Provider> make_bedrock_anthropic_provider(BedrockOptions options) {
  return std::make_unique<BedrockProvider>(std::move(options), BedrockApi::kAnthropic);
}

}  // namespace tactus::llm
