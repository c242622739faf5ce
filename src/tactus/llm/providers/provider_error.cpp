#include <array>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/providers/provider_error.hpp>

namespace tactus::llm {
namespace {

constexpr std::size_t kMessageBytesMax = 2000;
constexpr std::size_t kSnippetBytesMax = 200;

template <std::size_t N>
bool contains_any(std::string_view text, const std::array<std::string_view, N>& words) {
  for (const std::string_view word : words) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// What the failure is about, beyond its status.
bool is_about_context(const ErrorBody& body, const std::string& message) {
  static constexpr std::array<std::string_view, 11> kPhrases = {
      "context length",    "context window",
      "context size",      "prompt is too long",
      "prompt too long",   "too many tokens",
      "maximum context",   "length of all messages is too long",
      "input is too long", "input tokens exceeded",
      "input token count"};
  static constexpr std::array<std::string_view, 3> kTypes = {
      "context_length_exceeded", "exceed_context_size", "too_many_prompt_tokens"};
  return contains_any(body.code, kTypes) || contains_any(body.type, kTypes) ||
         contains_any(message, kPhrases);
}

bool is_about_key(const ErrorBody& body, const std::string& message) {
  static constexpr std::array<std::string_view, 4> kPhrases = {
      "incorrect api key", "invalid api key", "api key not valid", "api key is invalid"};
  return body.code == "invalid_api_key" || body.type == "authentication_error" ||
         contains_any(message, kPhrases);
}

bool is_about_quota(const ErrorBody& body) {
  static constexpr std::array<std::string_view, 2> kQuota = {"insufficient_quota",
                                                             "enforced_spend_limit_reached"};
  return contains_any(body.code, kQuota) || contains_any(body.type, kQuota);
}

bool is_overload(const ErrorBody& body) {
  static constexpr std::array<std::string_view, 4> kWords = {"overloaded", "server_error",
                                                             "unavailable", "internal_error"};
  return contains_any(to_lower(body.type), kWords) || contains_any(to_lower(body.code), kWords);
}

struct Verdict {
  ErrorCode code = ErrorCode::kProviderBadRequest;
  bool retryable = false;
  std::string hint;
};

constexpr std::string_view kTryLater =
    "the provider has trouble: run it again in a while, or use another model";

Verdict verdict_of_429(const ErrorBody& body) {
  if (!is_about_quota(body)) {
    return {ErrorCode::kProviderRateLimit, true, "wait a moment or use another model"};
  }
  return {ErrorCode::kProviderRateLimit, false,
          "the account is out of credit: check plan and billing at the provider"};
}

Verdict verdict_of(const ErrorContext& context, int status, const ErrorBody& body) {
  const std::string message = to_lower(body.message);
  if (status == 429) return verdict_of_429(body);
  if (status == 401 || status == 403 || (status == 400 && is_about_key(body, message))) {
    return {ErrorCode::kProviderAuth, false, "check " + context.key_hint};
  }
  if (status == 413 || ((status < 424 || status == 500) && is_about_context(body, message))) {
    return {ErrorCode::kProviderContext, false,
            "shorten the conversation (see the agent's `filter`) or use a model with a larger "
            "context"};
  }
  if (status == 402) return {ErrorCode::kProviderBadRequest, false, "the account needs credit"};
  if (status == 404) {
    return {ErrorCode::kProviderBadRequest, false, "check the model's name and the base URL"};
  }
  const bool passing =
      status == 408 || status == 409 || status == 424 || status == 425 || status == 499;
  const bool server = status >= 500 && status != 501 && status != 505;
  if (passing || server) return {ErrorCode::kProviderUnavailable, true, std::string(kTryLater)};
  if (status >= 500) {
    return {ErrorCode::kProviderUnavailable, false,
            "the server does not support the request: check the base URL"};
  }
  if (status >= 300 && status < 400) {
    return {ErrorCode::kProviderBadRequest, false, "the base URL redirects: use its target"};
  }
  return {};
}

// Exceptions in Bedrock's streams, and the status that each stands for.
int status_of_exception(const std::string& type) {
  static constexpr std::array<std::pair<std::string_view, int>, 6> kExceptions = {
      {{"throttlingexception", 429},
       {"validationexception", 400},
       {"modeltimeoutexception", 408},
       {"modelstreamerrorexception", 424},
       {"internalserverexception", 500},
       {"serviceunavailableexception", 503}}};
  const std::string name = to_lower(type);
  for (const auto& [known, status] : kExceptions) {
    if (known == name) return status;
  }
  return 0;
}

// The status a provider's code stands for, when it is one: OpenRouter and llama.cpp send numbers.
int status_in(const ErrorBody& body) {
  const bool three = body.code.size() == 3 && body.code[0] >= '4' && body.code[0] <= '5';
  const bool digits = body.code.find_first_not_of("0123456789") == std::string::npos;
  if (three && digits) return std::stoi(body.code);
  const std::string both = body.type + " " + body.code;
  if (both.find("rate_limit") != std::string::npos || is_about_quota(body)) return 429;
  if (is_about_key(body, to_lower(body.message))) return 401;
  return status_of_exception(body.type);
}

std::string without_secret(std::string text, const std::string& secret) {
  constexpr std::size_t kSecretBytesMin = 6;
  if (secret.size() < kSecretBytesMin) return text;
  for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
  }
  return text;
}

// JSON of any shape, a line of text, or nothing worth showing (HTML of a proxy).
ErrorBody read_any_body(std::string_view body) {
  const auto json = parse_json(repair_utf8(trim(body)));
  if (json) {
    if (auto read = read_error_body(*json)) return *std::move(read);
  }
  const std::string_view text = trim(body);
  if (text.empty() || text.starts_with('<')) return {};
  return {"", "", repair_utf8(truncate_utf8(text, kSnippetBytesMax)), {}};
}

ProviderFailure make_failure(const ErrorContext& context, ErrorBody body, const Verdict& verdict,
                             std::string_view what, const net::Headers& headers) {
  ProviderFailure failure;
  failure.retryable = verdict.retryable;
  failure.request_id = request_id_of(context, headers);
  for (std::string* said : {&body.message, &body.type, &body.code}) {
    *said = without_secret(std::move(*said), context.api_key);
  }
  failure.provider_type = body.type;
  failure.provider_code = body.code;
  failure.provider_message = body.message;
  std::string& message = failure.error.message;
  message = fmt::format("{} {}", context.provider, what);
  const std::string& kind = body.code.empty() ? body.type : body.code;
  if (!kind.empty()) message += " (" + kind + ")";
  if (!body.message.empty()) {
    message += ": " + std::string(truncate_utf8(body.message, kMessageBytesMax));
  }
  if (!failure.request_id.empty()) message += " [request " + failure.request_id + "]";
  failure.error.code = verdict.code;
  failure.error.hint = verdict.hint;
  return failure;
}

}  // namespace

std::string request_id_of(const ErrorContext& context, const net::Headers& headers) {
  for (const std::string_view name :
       {"x-request-id", "request-id", "apim-request-id", "x-amzn-requestid",
        "mistral-correlation-id", "x-generation-id", "x-ds-trace-id"}) {
    const auto value = net::find_header(headers, name);
    if (!value || value->empty()) continue;
    // Struck out before it is cut, or a part of the key could stay.
    const std::string clean = without_secret(std::string(*value), context.api_key);
    return repair_utf8(truncate_utf8(clean, kSnippetBytesMax));
  }
  return "";
}

ProviderFailure failure_of_status(const ErrorContext& context, int status,
                                  const net::Headers& headers, std::string_view body,
                                  WallTime now) {
  ErrorBody said = read_any_body(body);
  Verdict verdict = verdict_of(context, status, said);
  const auto should_retry = net::find_header(headers, "x-should-retry");
  if (should_retry == "false") verdict.retryable = false;
  if (should_retry == "true" && !is_about_quota(said)) verdict.retryable = true;
  const auto delay = said.retry_delay;
  ProviderFailure failure = make_failure(context, std::move(said), verdict,
                                         fmt::format("answered HTTP {}", status), headers);
  failure.http_status = status;
  failure.retry_after = retry_after_of(headers, now);
  if (!failure.retry_after) failure.retry_after = delay;
  return failure;
}

ProviderFailure failure_of_stream(const ErrorContext& context, const InBandError& error,
                                  const net::Headers& headers) {
  ErrorBody said{error.type, error.code, error.message, {}};
  const int status = status_in(said);
  Verdict verdict;
  if (is_about_context(said, to_lower(said.message))) {
    verdict = verdict_of(context, 413, said);
  } else if (status != 0) {
    verdict = verdict_of(context, status, said);
  } else if (is_overload(said)) {
    verdict = {ErrorCode::kProviderUnavailable, true, std::string(kTryLater)};
  } else if (said.type == "invalid_request_error" && said.code != "tool_use_failed") {
    verdict = {ErrorCode::kProviderBadRequest, false, ""};
  } else {
    // Anything else that goes wrong in mid-answer, a model that broke its own grammar included, may
    // well go right the next time.
    verdict = {ErrorCode::kProviderStream, true, ""};
  }
  ProviderFailure failure =
      make_failure(context, std::move(said), verdict, "reported an error in its answer", headers);
  failure.http_status = 200;
  return failure;
}

}  // namespace tactus::llm
