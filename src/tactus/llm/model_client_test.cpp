#include <deque>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <tactus/llm/model_client.hpp>

namespace tactus::llm {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> network_failure(ErrorCode code) { return fail(code, "the wire broke"); }

// A scripted exchange: a head, then reads in order. Waits for `cancel` where the script says so.
class FakeExchange final : public net::HttpExchange {
 public:
  Result<net::HttpHead> head_result = net::HttpHead{200, {}};
  std::deque<Result<std::string>> reads;
  bool hang_at_end = false;

  awaitable<Result<net::HttpHead>> head() override {
    if (cancelled_) co_return fail(ErrorCode::kCancelled, "cancelled");
    co_return head_result;
  }

  awaitable<Result<std::string>> read() override {
    if (cancelled_) co_return fail(ErrorCode::kCancelled, "cancelled");
    if (reads.empty()) {
      if (!hang_at_end) co_return std::string();
      co_await wait_for_cancel();
      co_return fail(ErrorCode::kCancelled, "cancelled");
    }
    Result<std::string> next = std::move(reads.front());
    reads.pop_front();
    co_return next;
  }

  void cancel() override {
    const std::lock_guard lock(mutex_);
    if (cancelled_.exchange(true)) return;
    closed_at_ = system_clock().steady();
    if (waiting_) boost::asio::post(waiting_->get_executor(), [t = waiting_] { t->cancel(); });
  }

  std::optional<SteadyTime> closed_at() const override {
    const std::lock_guard lock(mutex_);
    return closed_at_;
  }
  bool cancelled() const { return cancelled_; }

 private:
  awaitable<void> wait_for_cancel() {
    const auto timer = std::make_shared<boost::asio::steady_timer>(
        co_await boost::asio::this_coro::executor, std::chrono::steady_clock::time_point::max());
    if (!hand_over(timer)) co_return;
    boost::system::error_code ignored;
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    hand_over(nullptr);
  }

  // False when `cancel` was there first.
  bool hand_over(std::shared_ptr<boost::asio::steady_timer> timer) {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(timer);
    return !cancelled_;
  }

  std::atomic<bool> cancelled_ = false;
  mutable std::mutex mutex_;
  std::optional<SteadyTime> closed_at_;
  std::shared_ptr<boost::asio::steady_timer> waiting_;
};

class FakeHttp final : public net::HttpClient {
 public:
  std::shared_ptr<FakeExchange> exchange = std::make_shared<FakeExchange>();
  int started = 0;
  net::RequestSubject subject;  // Of the last request.
  std::shared_ptr<net::HttpExchange> start(net::HttpRequest request) override {
    ++started;
    subject = request.subject();
    return exchange;
  }
};

std::string chunk(std::string_view choice) {
  return fmt::format("data: {{\"id\":\"r1\",\"model\":\"m1\",\"choices\":[{{{}}}]}}\n\n", choice);
}
const std::string kHello = chunk(R"("delta":{"content":"Hello"})");
const std::string kWorld = chunk(R"("delta":{"content":" world"})");
const std::string kStop = chunk(R"("delta":{},"finish_reason":"stop")");
const std::string kUsage =
    "data: "
    "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"cost\":0.5}}\n\n";

class ModelClientTest : public testing::Test {
 protected:
  AttemptResult run() {
    OpenAiOptions options;
    options.name = "acme";
    options.needs_key = needs_key;
    const auto provider = make_openai_provider(options);
    ModelClient client(http, "3.1");
    AttemptResult result;
    io.restart();
    boost::asio::co_spawn(
        io,
        [&]() -> awaitable<void> {
          result = co_await client.run(*provider, request, stop,
                                       [&](std::vector<ModelEvent>& events) { take(events); });
        },
        [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    io.run();
    return result;
  }

  void take(std::vector<ModelEvent>& events) {
    ++batches;
    for (const ModelEvent& event : events) {
      if (const auto* delta = std::get_if<TextDelta>(&event)) text += delta->text;
    }
    if (on_batch) on_batch();
  }

  void will_read(std::vector<std::string> reads) {
    for (std::string& read : reads) http.exchange->reads.emplace_back(std::move(read));
  }

  boost::asio::io_context io;  // Outlives what waits on it.
  FakeHttp http;
  StopToken stop;
  bool needs_key = false;
  ModelRequest request;
  std::string text;
  int batches = 0;
  std::function<void()> on_batch;
};

TEST_F(ModelClientTest, ACompleteStreamIsASuccessWithEverythingMeasured) {
  http.exchange->head_result =
      net::HttpHead{200, {{"content-type", "text/event-stream"}, {"x-request-id", "q1"}}};
  will_read({kHello, kWorld, kStop + kUsage + "data: [DONE]\n\n"});
  const AttemptResult result = run();
  EXPECT_TRUE(result.complete);
  EXPECT_FALSE(result.cancelled);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.finish_reason, FinishReason::kStop);
  EXPECT_EQ(result.finish_reason_raw, "stop");
  EXPECT_EQ(result.usage->total_tokens, 5);
  EXPECT_EQ(result.cost, 0.5);
  EXPECT_EQ(result.response_id, "r1");
  EXPECT_EQ(result.model, "m1");
  EXPECT_EQ(result.request_id, "q1");
  EXPECT_EQ(result.http_status, 200);
  EXPECT_EQ(text, "Hello world");
  EXPECT_EQ(batches, 3);
}

TEST_F(ModelClientTest, ARequestSaysWhatItAsksForRecordings) {
  request.model = "m1";
  request.messages.push_back({Role::kUser, "Hej", {}, "", ""});
  request.settings.temperature = 0.5;
  run();
  EXPECT_EQ(http.subject.kind, "model");
  EXPECT_EQ(http.subject.peer, "acme");
  EXPECT_EQ(http.subject.place, "3.1");
  EXPECT_EQ(dump_json(http.subject.asked),
            R"({"model":"m1","stream":true,"messages":[{"role":"user","content":"Hej"}],)"
            R"("settings":{"temperature":0.5}})");
}

TEST_F(ModelClientTest, WhatWasNotRecordedIsNotTriedAgain) {
  http.exchange->head_result = network_failure(ErrorCode::kCassetteMiss);
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kCassetteMiss);
  EXPECT_FALSE(result.failure->retryable);
}

TEST_F(ModelClientTest, AStreamWithoutItsEndMarkIsTruncatedNeverASuccess) {
  will_read({kHello});
  const AttemptResult result = run();
  EXPECT_FALSE(result.complete);
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderStream);
  EXPECT_TRUE(result.failure->retryable);
  EXPECT_EQ(result.finish_reason, FinishReason::kTruncated);
  EXPECT_EQ(text, "Hello");
}

TEST_F(ModelClientTest, ALostConnectionIsAFailureUnlessTheAnswerWasThere) {
  will_read({kHello});
  http.exchange->reads.emplace_back(network_failure(ErrorCode::kProviderStream));
  const AttemptResult lost = run();
  ASSERT_TRUE(lost.failure);
  EXPECT_EQ(lost.failure->error.message, "the wire broke");
  EXPECT_TRUE(lost.failure->retryable);

  http.exchange = std::make_shared<FakeExchange>();
  will_read({kHello + kStop});
  http.exchange->reads.emplace_back(network_failure(ErrorCode::kProviderStream));
  EXPECT_TRUE(run().complete);
}

TEST_F(ModelClientTest, AnAnswerThatTakesLongerThanItMayIsAFailureUnlessItWasThere) {
  request.settings.timeout = milliseconds(20);
  will_read({kHello});
  http.exchange->hang_at_end = true;
  const AttemptResult late = run();
  EXPECT_FALSE(late.cancelled);
  ASSERT_TRUE(late.failure);
  EXPECT_EQ(late.failure->error.code, ErrorCode::kProviderStream);
  EXPECT_EQ(late.failure->error.message, "acme did not finish its answer within 0.02 s");
  EXPECT_TRUE(late.failure->retryable);
  EXPECT_EQ(late.finish_reason, FinishReason::kTruncated);
  EXPECT_EQ(text, "Hello");
  EXPECT_TRUE(http.exchange->cancelled());

  http.exchange = std::make_shared<FakeExchange>();
  http.exchange->hang_at_end = true;
  will_read({kHello + kStop + "data: [DONE]\n\n"});
  EXPECT_TRUE(run().complete);
}

TEST_F(ModelClientTest, NoConnectionIsARetryableFailure) {
  http.exchange->head_result = network_failure(ErrorCode::kProviderNetwork);
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderNetwork);
  EXPECT_TRUE(result.failure->retryable);
  EXPECT_EQ(result.http_status, 0);
}

TEST_F(ModelClientTest, AnErrorStatusIsReadAndExplained) {
  http.exchange->head_result = net::HttpHead{429, {{"retry-after", "2"}}};
  will_read({R"({"error":{"mess)", R"(age":"slow down"}})"});
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderRateLimit);
  EXPECT_EQ(result.failure->retry_after, milliseconds(2000));
  EXPECT_EQ(result.failure->provider_message, "slow down");
  EXPECT_EQ(result.http_status, 429);
  EXPECT_EQ(batches, 0);
}

TEST_F(ModelClientTest, AnEndlessErrorBodyIsCutOff) {
  http.exchange->head_result = net::HttpHead{500, {}};
  for (int i = 0; i < 100; ++i) will_read({std::string(8192, 'x')});
  EXPECT_TRUE(run().failure);
  EXPECT_TRUE(http.exchange->cancelled());
  EXPECT_EQ(http.exchange->reads.size(), 92u);
}

TEST_F(ModelClientTest, AnErrorInsideA200IsAFailure) {
  http.exchange->head_result = net::HttpHead{200, {{"content-type", "application/json"}}};
  will_read({R"({"error":{"message":"busy","type":"overloaded_error"}})"});
  const AttemptResult whole = run();
  ASSERT_TRUE(whole.failure);
  EXPECT_EQ(whole.failure->error.code, ErrorCode::kProviderUnavailable);
  EXPECT_NE(whole.failure->error.message.find("busy"), std::string::npos);

  http.exchange = std::make_shared<FakeExchange>();
  will_read({kHello, "data: {\"error\":{\"message\":\"it broke\"}}\n\ndata: [DONE]\n\n"});
  const AttemptResult streamed = run();
  EXPECT_FALSE(streamed.complete);
  EXPECT_EQ(streamed.finish_reason, FinishReason::kError);
  ASSERT_TRUE(streamed.failure);
  EXPECT_NE(streamed.failure->error.message.find("it broke"), std::string::npos);
}

TEST_F(ModelClientTest, AFinishReasonErrorIsAFailure) {
  will_read({kHello + chunk(R"("delta":{},"finish_reason":"error")")});
  const AttemptResult result = run();
  EXPECT_FALSE(result.complete);
  ASSERT_TRUE(result.failure);
  EXPECT_TRUE(result.failure->retryable);
}

TEST_F(ModelClientTest, ABodyOfAnotherKindIsAFailureThatShowsIt) {
  will_read({kHello, "data: <html>\n\n", "data: more\n\n"});
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderStream);
  EXPECT_NE(result.failure->error.message.find("<html>"), std::string::npos);
  EXPECT_EQ(text, "Hello");
}

TEST_F(ModelClientTest, AnAnswerThatIsNotStreamedIsASuccess) {
  http.exchange->head_result = net::HttpHead{200, {{"content-type", "application/json"}}};
  will_read({R"({"choices":[{"message":{"content":"Hi"},)", R"("finish_reason":"stop"}]})"});
  EXPECT_TRUE(run().complete);
  EXPECT_EQ(text, "Hi");
}

TEST_F(ModelClientTest, AMissingKeyFailsBeforeAnythingIsSent) {
  needs_key = true;
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kProviderAuth);
  EXPECT_FALSE(result.failure->retryable);
  EXPECT_EQ(http.started, 0);
}

TEST_F(ModelClientTest, StoppedBeforeTheStartNothingIsSent) {
  stop.stop();
  const AttemptResult result = run();
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(http.started, 0);
  EXPECT_TRUE(stop.closed_at());
}

TEST_F(ModelClientTest, StoppedByTheReceiverTheConnectionClosesAtOnce) {
  will_read({kHello, kWorld, kStop});
  on_batch = [this] { stop.stop(); };
  const AttemptResult result = run();
  EXPECT_TRUE(result.cancelled);
  EXPECT_FALSE(result.complete);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.finish_reason, FinishReason::kCancelled);
  EXPECT_EQ(text, "Hello");
  EXPECT_EQ(stop.closed_at(), http.exchange->closed_at());
  EXPECT_LE(*stop.requested_at(), *stop.closed_at());
}

TEST_F(ModelClientTest, StoppedFromAnotherThreadAWaitingReadReturns) {
  will_read({kHello});
  http.exchange->hang_at_end = true;
  std::thread other;
  on_batch = [&] { other = std::thread([this] { stop.stop(); }); };
  const AttemptResult result = run();
  other.join();
  EXPECT_TRUE(result.cancelled);
  EXPECT_EQ(text, "Hello");
}

TEST_F(ModelClientTest, AServerThatKeepsTheConnectionOpenDoesNotHoldUpTheAnswer) {
  will_read({kHello + kStop + "data: [DONE]\n\n"});
  http.exchange->hang_at_end = true;
  EXPECT_TRUE(run().complete);
  EXPECT_TRUE(http.exchange->cancelled());
}

TEST_F(ModelClientTest, AReceiverThatThrowsIsAnInternalFailure) {
  will_read({kHello, kStop});
  on_batch = [] { throw std::runtime_error("no room"); };
  const AttemptResult result = run();
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->error.code, ErrorCode::kInternal);
  EXPECT_NE(result.failure->error.message.find("no room"), std::string::npos);
}

TEST(RetryDelay, DoublesWithJitterAndHonoursTheProviderUpToAMinute) {
  const milliseconds base(1000);
  EXPECT_EQ(retry_delay(base, 0, std::nullopt, 0.0), milliseconds(800));
  EXPECT_EQ(retry_delay(base, 0, std::nullopt, 0.5), milliseconds(1000));
  EXPECT_EQ(retry_delay(base, 2, std::nullopt, 0.5), milliseconds(4000));
  EXPECT_LT(retry_delay(base, 0, std::nullopt, 0.999), milliseconds(1200));
  EXPECT_EQ(retry_delay(base, 500, std::nullopt, 0.5), milliseconds(60'000));
  EXPECT_EQ(retry_delay(base, 0, milliseconds(7), 0.5), milliseconds(7));
  EXPECT_EQ(retry_delay(base, 0, milliseconds(600'000), 0.5), milliseconds(60'000));
}

}  // namespace
}  // namespace tactus::llm
