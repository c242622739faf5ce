// One provider's dialect: how a request is written and how its answer is read. Pure, except for its
// signer. Uses: base, net (HTTP values).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <tactus/llm/aws/credentials.hpp>
#include <tactus/llm/model.hpp>
#include <tactus/llm/prices.hpp>
#include <tactus/llm/request_signer.hpp>
#include <tactus/net/http_client.hpp>

namespace tactus::llm {

// Reads one response body, whatever its chunking. Not thread-safe.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  // Events that `chunk` completes. Fails with kProviderStream when the bytes are not of this
  // dialect, or kLimitExceeded for an oversized event; unusable afterwards. What came before the
  // bad bytes is returned first, the failure by the next call.
  virtual Result<std::vector<ModelEvent>> push(std::string_view chunk) = 0;
  // Events that the end of the body completes.
  virtual Result<std::vector<ModelEvent>> finish() = 0;
  // True once the provider's own end marker was seen and no error: without it the answer is
  // truncated.
  virtual bool complete() const = 0;
  // True once nothing more can come, even if the connection stays open.
  virtual bool ended() const { return false; }
};

// A failed answer, made ours.
struct ProviderFailure {
  Error error;  // Code, provider, status, the provider's message, request id; a hint.
  bool retryable = false;
  std::optional<std::chrono::milliseconds> retry_after;

  // What the provider said, as far as it said it.
  int http_status = 0;
  std::string provider_type, provider_code, provider_message, request_id;
};

// Immutable; safe on any thread.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual const std::string& name() const = 0;
  // The HTTP request for `request`. Fails with kProviderAuth naming the variable and config key
  // when a credential is missing.
  virtual Result<net::HttpRequest> build(const ModelRequest& request) const = 0;
  // Who must sign what `build` gave before each attempt to send it; null (most providers): nobody.
  virtual std::shared_ptr<RequestSigner> signer() const { return nullptr; }
  // Names of the settings of `request` that the model cannot take; `build` leaves them out.
  virtual std::vector<std::string> dropped_settings(const ModelRequest&) const { return {}; }
  // `content_type` of a 200 answer decides between a stream and a whole answer; servers that
  // mislabel it are recognised by the first byte.
  virtual std::unique_ptr<StreamDecoder> decoder(std::string_view content_type) const = 0;
  // The decoder of the answer to `request`, for dialects in which what was asked decides how it is
  // read. Keeps no reference to `request`.
  virtual std::unique_ptr<StreamDecoder> answer_decoder(const ModelRequest& request,
                                                        std::string_view content_type) const;
  virtual ProviderFailure failure(int status, const net::Headers& headers,
                                  std::string_view body) const = 0;
  // The same for an error inside a 200 answer.
  virtual ProviderFailure failure(const InBandError& error, const net::Headers& headers) const = 0;
  // How the provider names this request in its answer, for its support; empty if it does not. Like
  // failures, it never holds the credential, whatever the server echoes.
  virtual std::string request_id(const net::Headers& headers) const = 0;
};

// How to reach one endpoint, whatever it speaks.
struct EndpointOptions {
  std::string name;      // As shown to users.
  std::string base_url;  // Without the path of the request; it may carry a query.
  std::string api_key;   // Empty = none.
  // What to set when the key is missing or refused: "X in the environment or .env, or …".
  std::string key_hint;
  bool needs_key = true;
  net::Headers headers;  // Win over ours of the same name.
  net::Timeouts timeouts;
};

// Which field limits the length of an answer: reasoning models of OpenAI know only the newer,
// most compatible servers only the older.
enum class MaxTokensField : std::uint8_t { kByHost, kMaxTokens, kMaxCompletionTokens };

// An endpoint of the OpenAI Chat Completions kind; as it is, OpenAI's own.
struct OpenAiOptions : EndpointOptions {
  OpenAiOptions();
  explicit OpenAiOptions(EndpointOptions endpoint) : EndpointOptions(std::move(endpoint)) {}
  MaxTokensField max_tokens_field = MaxTokensField::kByHost;
};
std::unique_ptr<Provider> make_openai_provider(OpenAiOptions options);

// OpenAI Responses, at OpenAI or at who offers the same.
std::unique_ptr<Provider> make_responses_provider(OpenAiOptions options);

// Anthropic Messages, at Anthropic or at who speaks as Anthropic does.
std::unique_ptr<Provider> make_anthropic_provider(EndpointOptions options);

// Gemini at Google AI ("https://generativelanguage.googleapis.com/v1beta", an API key) or at Vertex
// AI ("https://…/v1/projects/P/locations/L", an access token).
enum class GeminiAccess : std::uint8_t { kApiKey, kVertexToken };
std::unique_ptr<Provider> make_gemini_provider(EndpointOptions options, GeminiAccess access);

// Ollama's own API. The base URL may be anything that OLLAMA_HOST may be.
std::unique_ptr<Provider> make_ollama_provider(EndpointOptions options);
// "http://127.0.0.1:11434" of "", "127.0.0.1", "0.0.0.0", ":11434" …; an URL as it is.
std::string ollama_base_url(std::string_view host);

// Bedrock's Converse. `api_key` is a Bedrock API key; without one, requests are signed with
// `credentials` (null = there are none). "{region}" in the base URL is the region.
struct BedrockOptions : EndpointOptions {
  explicit BedrockOptions(EndpointOptions endpoint) : EndpointOptions(std::move(endpoint)) {}
  std::string region = "us-east-1";
  std::shared_ptr<aws::CredentialSource> credentials;
  const Clock* clock = &system_clock();  // Of signatures. Outlives the provider.
};
std::unique_ptr<Provider> make_bedrock_provider(BedrockOptions options);

}  // namespace tactus::llm
