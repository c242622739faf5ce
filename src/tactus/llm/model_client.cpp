#include <cmath>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <tactus/llm/cassette/subject.hpp>
#include <tactus/llm/model_client.hpp>
#include <tactus/llm/output_mode.hpp>

namespace tactus::llm {
namespace {

// What an attempt has learned, event by event.
class Outcome {
 public:
  void note(const std::vector<ModelEvent>& events) {
    for (const ModelEvent& event : events) note(event);
  }

  void fail_with(Error error, bool retryable) {
    if (result.failure) return;  // The first cause counts.
    result.failure.emplace();
    result.failure->error = std::move(error);
    result.failure->retryable = retryable;
    result.failure->http_status = result.http_status;
    result.failure->request_id = result.request_id;
  }

  // Settles what the end of the body means.
  void end(const Provider& provider, const net::Headers& headers, bool complete) {
    if (in_band_) {
      result.failure = provider.failure(*in_band_, headers);
    } else if (finished_ && result.finish_reason == FinishReason::kError) {
      fail_with({ErrorCode::kProviderStream,
                 provider.name() + " ended its answer with '" + result.finish_reason_raw + "'", "",
                 std::nullopt, ""},
                true);
    } else if (complete) {
      result.complete = true;
      result.failure.reset();
    } else {
      fail_with({ErrorCode::kProviderStream,
                 provider.name() + " closed the connection before the end of its answer", "",
                 std::nullopt, ""},
                true);
    }
    if (!result.complete && !finished_) {
      result.finish_reason = in_band_ ? FinishReason::kError : FinishReason::kTruncated;
    }
  }

  // The attempt took too long: unless its answer is whole, that is why it failed.
  void give_up(Error error) {
    if (result.complete) return;
    result.failure.reset();
    fail_with(std::move(error), true);
    if (!finished_) result.finish_reason = FinishReason::kTruncated;
  }

  AttemptResult result;

 private:
  void note(const ModelEvent& event) {
    if (const auto* usage = std::get_if<UsageReport>(&event)) {
      result.usage = usage->usage;
      if (usage->cost) result.cost = usage->cost;
    } else if (const auto* finish = std::get_if<Finish>(&event)) {
      finished_ = true;
      result.finish_reason = finish->reason;
      result.finish_reason_raw = finish->raw;
    } else if (const auto* info = std::get_if<ResponseInfo>(&event)) {
      result.response_id = info->response_id;
      result.model = info->model;
    } else if (const auto* error = std::get_if<InBandError>(&event)) {
      if (!in_band_) in_band_ = *error;
    }
  }

  std::optional<InBandError> in_band_;
  bool finished_ = false;
};

// One attempt: what `ModelClient::run` was given, and what came of it.
class Attempt {
 public:
  Attempt(const Provider& provider, const ModelRequest& request, StopToken& stop,
          const ModelClient::OnEvents& on_events, const std::string& output_tool,
          std::shared_ptr<net::HttpExchange> exchange)
      : provider_(provider),
        request_(request),
        stop_(stop),
        on_events_(on_events),
        exchange_(std::move(exchange)) {
    if (!output_tool.empty()) output_.emplace(output_tool);
  }

  awaitable<void> run() {
    const auto& timeout = request_.settings.timeout;
    boost::asio::steady_timer limit(co_await boost::asio::this_coro::executor);
    if (timeout) {
      limit.expires_after(*timeout);
      limit.async_wait([exchange = exchange_, late = late_](boost::system::error_code error) {
        if (error) return;
        *late = true;
        exchange->cancel();
      });
    }
    co_await read();
  }

  AttemptResult take() {
    if (*late_ && !stop_.stopped()) outcome_.give_up(too_late());
    AttemptResult result = std::move(outcome_.result);
    if (!result.complete && stop_.stopped()) {
      result.cancelled = true;
      result.failure.reset();
      result.finish_reason = FinishReason::kCancelled;
    }
    return result;
  }

  void fail_with(Error error) { outcome_.fail_with(std::move(error), false); }

 private:
  awaitable<void> read() {
    Result<net::HttpHead> head = co_await exchange_->head();
    if (!head) {
      const bool may_pass = head.error().code != ErrorCode::kCassetteMiss;
      if (!stop_.stopped()) outcome_.fail_with(std::move(head.error()), may_pass);
      co_return;
    }
    outcome_.result.http_status = head->status;
    outcome_.result.request_id = provider_.request_id(head->headers);
    if (head->status >= 200 && head->status < 300) {
      co_await read_answer(*head);
    } else {
      co_await read_error(*head);
    }
  }

  Error too_late() const {
    const double seconds = std::chrono::duration<double>(*request_.settings.timeout).count();
    return {ErrorCode::kProviderStream,
            fmt::format("{} did not finish its answer within {:g} s", provider_.name(), seconds),
            "raise `timeout` of the agent, or ask for less", std::nullopt, ""};
  }

  awaitable<void> read_answer(const net::HttpHead& head) {
    const auto type = net::find_header(head.headers, "content-type");
    const auto decoder = provider_.answer_decoder(request_, type.value_or(""));
    boost::asio::steady_timer linger(co_await boost::asio::this_coro::executor);
    bool lingering = false;
    for (;;) {
      Result<std::string> bytes = co_await exchange_->read();
      if (stop_.stopped() && !decoder->ended()) co_return;
      if (!bytes) {
        outcome_.fail_with(std::move(bytes.error()), true);
        break;
      }
      if (bytes->empty()) break;
      if (!hand_on(decoder->push(*bytes))) break;
      if (stop_.stopped()) co_return;
      if (decoder->ended() && !lingering) {
        // Waiting for the end keeps the connection for the next request; a server that never
        // closes must not hold up this one.
        lingering = true;
        linger.expires_after(ModelClient::kLinger);
        linger.async_wait([exchange = exchange_](boost::system::error_code error) {
          if (!error) exchange->cancel();
        });
      }
    }
    hand_on(decoder->finish());
    outcome_.end(provider_, head.headers, decoder->complete());
  }

  // False when the bytes were not the provider's dialect.
  bool hand_on(Result<std::vector<ModelEvent>> events) {
    if (!events) {
      Error error = std::move(events.error());
      error.message = provider_.name() + ": " + error.message;
      outcome_.fail_with(std::move(error), true);
      return false;
    }
    if (output_) output_->read(*events);
    if (events->empty()) return true;
    outcome_.note(*events);
    on_events_(*events);
    return true;
  }

  awaitable<void> read_error(const net::HttpHead& head) {
    std::string body;
    while (body.size() < ModelClient::kErrorBytesMax) {
      const Result<std::string> bytes = co_await exchange_->read();
      if (!bytes || bytes->empty()) break;
      body += *bytes;
    }
    if (body.size() >= ModelClient::kErrorBytesMax) {
      body.resize(ModelClient::kErrorBytesMax);
      exchange_->cancel();
    }
    outcome_.result.failure = provider_.failure(head.status, head.headers, body);
  }

  const Provider& provider_;
  const ModelRequest& request_;
  StopToken& stop_;
  const ModelClient::OnEvents& on_events_;
  std::shared_ptr<net::HttpExchange> exchange_;
  std::optional<OutputToolReader> output_;
  std::shared_ptr<bool> late_ = std::make_shared<bool>(false);  // Shared with a timer's handler.
  Outcome outcome_;
};

AttemptResult never_sent(StopToken& stop) {
  stop.detach();
  AttemptResult result;
  result.cancelled = true;
  result.finish_reason = FinishReason::kCancelled;
  return result;
}

}  // namespace

awaitable<Result<net::HttpRequest>> ModelClient::prepare(const Provider& provider,
                                                         const ModelRequest& request,
                                                         StopToken& stop) {
  Result<net::HttpRequest> http = provider.build(request);
  // Who allows more time for all of it allows it for the first byte.
  if (http && request.settings.timeout)
    http->timeouts.first_byte = std::max(http->timeouts.first_byte, *request.settings.timeout);
  const std::shared_ptr<RequestSigner> signer = provider.signer();
  if (!http || !signer || !http_.sends()) co_return http;
  try {
    const Result<void> done = co_await signer->sign(*http, http_, stop);
    if (!done) http = fail(done.error());
  } catch (const std::exception& problem) {
    http = fail(ErrorCode::kInternal, std::string("signing the request failed: ") + problem.what());
  }
  co_return http;
}

awaitable<AttemptResult> ModelClient::run(const Provider& provider, const ModelRequest& request,
                                          StopToken& stop, const OnEvents& on_events) {
  if (stop.stopped()) co_return never_sent(stop);
  const std::optional<PinnedOutput> pinned = pin_output(request);
  const ModelRequest& sent = pinned ? pinned->request : request;
  Result<net::HttpRequest> http = co_await prepare(provider, sent, stop);
  if (stop.stopped()) co_return never_sent(stop);
  if (!http) {
    const ErrorCode code = http.error().code;
    AttemptResult refused;
    refused.failure.emplace();
    refused.failure->error = std::move(http.error());
    refused.failure->retryable =
        code == ErrorCode::kProviderNetwork || code == ErrorCode::kProviderStream;
    co_return refused;
  }
  http->subject = [&] { return cassette::model_subject(provider.name(), request, place_); };
  std::shared_ptr<net::HttpExchange> exchange = http_.start(*std::move(http));
  stop.attach(exchange);
  Attempt attempt(provider, sent, stop, on_events, pinned ? pinned->output_tool : "",
                  std::move(exchange));
  try {
    co_await attempt.run();
  } catch (const std::exception& problem) {
    attempt.fail_with({ErrorCode::kInternal,
                       std::string("reading the provider's answer failed: ") + problem.what(), "",
                       std::nullopt, ""});
  }
  AttemptResult result = attempt.take();
  stop.detach();
  co_return result;
}

std::chrono::milliseconds retry_delay(std::chrono::milliseconds base, int retry,
                                      std::optional<std::chrono::milliseconds> retry_after,
                                      double unit_random) {
  using std::chrono::milliseconds;
  constexpr milliseconds kDelayMax{60'000};
  if (retry_after) return std::clamp(*retry_after, milliseconds(0), kDelayMax);
  const double doubled = static_cast<double>(base.count()) * std::pow(2.0, std::max(0, retry));
  const double varied = doubled * (0.8 + 0.4 * unit_random);
  const auto count = static_cast<std::int64_t>(std::min(varied, 60'000.0));
  return std::clamp(milliseconds(count), milliseconds(0), kDelayMax);
}

}  // namespace tactus::llm
