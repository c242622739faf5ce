// One provider's dialect: how a request is written and how its answer is read. Pure: no I/O. Uses: base, net (HTTP values).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <tactus/llm/model.hpp>
#include <tactus/net/http_client.hpp>
#include <vector>

namespace tactus::llm {

// Reads one response body, whatever its chunking.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  // Events that `chunk` completes. Fails with kProviderStream when the bytes are not of this dialect; unusable afterwards.
  virtual Result<std::vector<ModelEvent>> push(std::string_view chunk) = 0;
  // Events that the end of the body completes.
  virtual Result<std::vector<ModelEvent>> finish() = 0;
  // True once the provider's own end marker was seen: without it the answer is truncated.
  virtual bool complete() const = 0;
};

// A failed HTTP answer, made ours.
struct ProviderFailure {
  Error error;                    // Code, provider, status, the provider's message, request id; a hint.
  bool retryable = false;
  std::optional<std::chrono::milliseconds> retry_after;
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual const std::string& name() const = 0;
  // The HTTP request for `request`. Fails with kProviderAuth naming the variable and config key when a credential is missing.
  virtual Result<net::HttpRequest> build(const ModelRequest& request) const = 0;
  // `content_type` of a 200 answer decides between a stream and a whole answer.
  virtual std::unique_ptr<StreamDecoder> decoder(std::string_view content_type) const = 0;
  virtual ProviderFailure failure(int status, const net::Headers& headers, std::string_view body) const = 0;
};

// How to reach one endpoint of the OpenAI Chat Completions kind.
struct OpenAiOptions {
  std::string name = "openai";                  // As shown to users.
  std::string base_url = "https://api.openai.com/v1";
  std::string api_key;                          // Empty = none.
  std::string api_key_hint = "OPENAI_API_KEY";  // What to set when the key is missing and needed.
  bool needs_key = true;
  net::Headers headers;
  net::Timeouts timeouts;
};
std::unique_ptr<Provider> make_openai_provider(OpenAiOptions options);

// A price found in the shipped table or the user's overrides: USD per million tokens.
struct Price { double input = 0; double output = 0; std::optional<double> cached; std::optional<double> cache_write; };
struct Cost { double prompt = 0; double completion = 0; double total = 0; };
class PriceTable {
 public:
  // The shipped table (dated; see docs/providers.md).
  static const PriceTable& shipped();
  // Exact id, else longest known prefix, ignoring date suffixes and region prefixes; nothing when unknown.
  std::optional<Price> find(std::string_view provider, std::string_view model, std::int64_t prompt_tokens) const;
};
Cost cost_of(const Price& price, const Usage& usage);

// Estimate for text whose usage was not reported: 4 characters = 1 token, at least 1 for non-empty text.
std::int64_t estimate_tokens(std::string_view text);

}  // namespace tactus::llm
