// Sends one request of a turn and hands every event on as its bytes arrive. One attempt per call:
// retries belong to the caller, who decides with `ProviderFailure`. Uses: net.
#pragma once

#include <functional>
#include <mutex>

#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/llm/provider.hpp>

namespace tactus::llm {

using boost::asio::awaitable;

// Lets another strand or a callback stop a request: latched, so stopping before the request is sent
// works too. One token may serve the attempts of one request after each other. Thread-safe.
class StopToken {
 public:
  void stop();  // Closes the upstream connection at once. Idempotent.
  bool stopped() const;
  std::optional<SteadyTime> requested_at() const;
  // When the upstream connection was closed, or was found never to have been opened.
  std::optional<SteadyTime> closed_at() const;

  // For who makes the request: `stop` closes this exchange, at once if it was called before.
  void attach(std::shared_ptr<net::HttpExchange> exchange);
  // The request has ended.
  void detach();

  // For who waits for something else on the way: `stop` calls this, at once if it was called
  // before, on the caller's thread. Empty = nothing any more.
  void on_stop(std::function<void()> callback);

 private:
  mutable std::mutex mutex_;
  std::optional<SteadyTime> requested_at_, closed_at_;
  std::shared_ptr<net::HttpExchange> exchange_;
  std::function<void()> on_stop_;
};

struct AttemptResult {
  bool complete = false;  // The provider's end marker was seen, no error.
  bool cancelled = false;
  std::optional<ProviderFailure> failure;  // Why not complete, unless cancelled. Truncation:
                                           // kProviderStream, retryable.
  FinishReason finish_reason = FinishReason::kError;
  std::string finish_reason_raw;
  std::optional<Usage> usage;  // As measured by the provider.
  std::optional<double> cost;  // The provider's own figure, USD.
  std::string response_id, request_id, model;
  int http_status = 0;
};

class ModelClient {
 public:
  using OnEvents = std::function<void(std::vector<ModelEvent>&)>;

  static constexpr std::size_t kErrorBytesMax = 64 << 10;  // Read of the body of an error answer.
  // How long a connection that stays open after the end marker is waited for.
  static constexpr std::chrono::milliseconds kLinger{500};

  // `place`: where the request stands in its run, for recordings; empty = unknown.
  explicit ModelClient(net::HttpClient& http, std::string place = {})
      : http_(http), place_(std::move(place)) {}

  // `on_events` gets the events of one network read at a time, in order, on the caller's executor;
  // it may call `stop.stop()`. All references must outlive the coroutine. Never throws; every
  // outcome is in the result.
  awaitable<AttemptResult> run(const Provider& provider, const ModelRequest& request,
                               StopToken& stop, const OnEvents& on_events);

 private:
  awaitable<Result<net::HttpRequest>> prepare(const Provider& provider, const ModelRequest& request,
                                              StopToken& stop);
  net::HttpClient& http_;
  std::string place_;
};

// Delay before retry number `retry` (0, 1 …): `base`·2^retry ±20 % (`unit_random` in [0,1)
// decides), or the provider's wish; at most 60 s.
std::chrono::milliseconds retry_delay(std::chrono::milliseconds base, int retry,
                                      std::optional<std::chrono::milliseconds> retry_after,
                                      double unit_random);

}  // namespace tactus::llm
