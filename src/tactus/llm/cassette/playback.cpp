#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

#include <tactus/llm/cassette/playback.hpp>
#include <tactus/net/async.hpp>

namespace tactus::llm::cassette {
namespace asio = boost::asio;
using net::awaitable;
using Kind = mock::Fault::Kind;

namespace {

// Sends to the reader in this process what a server sends to a client: the next piece goes when the
// one before it has been taken, so that each read gives one piece, as it did then. On its own
// strand but for TransferControl, which any thread may use.
class Playback final : public net::TransferControl,
                       public net::Responder,
                       public std::enable_shared_from_this<Playback> {
 public:
  Playback(asio::any_io_executor strand, Recording recording, PlaybackOptions options)
      : strand_(std::move(strand)),
        recording_(std::move(recording)),
        options_(std::move(options)),
        times_{std::chrono::steady_clock::now(), options_.speed},
        taken_(strand_, asio::steady_timer::time_point::max()),
        silence_(strand_) {}

  static awaitable<void> run(std::shared_ptr<Playback> self) { co_await self->run_on_strand(); }

  std::shared_ptr<net::ExchangeState> make_state() {
    // Room for nothing: a piece is only taken while no other waits.
    state_ = std::make_shared<net::ExchangeState>(weak_from_this(), 0, 0);
    return state_;
  }
  const asio::any_io_executor& strand() const { return strand_; }

  void cancel_transfer(std::uint64_t) override {
    state_->mark_closed(std::chrono::steady_clock::now());
    asio::post(strand_, [self = shared_from_this()] { self->leave(); });
  }
  void resume_transfer(std::uint64_t) override {
    asio::post(strand_, [self = shared_from_this()] { self->taken_.cancel(); });
  }

  awaitable<Result<void>> send(net::ServerResponse response) override {
    if (over_) co_return gone();
    state_->deliver_head({response.status, std::move(response.headers)});
    auto written = co_await write(response.body);
    if (written) finish(std::nullopt);
    co_return written;
  }

  awaitable<Result<void>> begin(int status, net::Headers headers) override {
    if (over_) co_return gone();
    has_begun_ = true;
    state_->deliver_head({status, std::move(headers)});
    listen(options_.timeouts.idle);
    co_return Result<void>{};
  }

  awaitable<Result<void>> write(std::string_view bytes) override {
    while (!over_ && !bytes.empty()) {
      if (state_->deliver(bytes) == net::ExchangeState::Delivered::kTaken) {
        listen(options_.timeouts.idle);
        co_return Result<void>{};
      }
      silence_.cancel();  // A reader that is busy is no server that says nothing.
      taken_.expires_at(asio::steady_timer::time_point::max());
      (void)co_await taken_.async_wait(net::use_result);
    }
    if (over_) co_return gone();
    co_return Result<void>{};
  }

  // As it ended when it was recorded.
  awaitable<Result<void>> end() override {
    const bool waits = recording_.end == Recording::End::kCancelled;
    // Whoever left then did so after so much real time, by a timeout perhaps.
    const auto due = waits ? times_.start + recording_.end_at + kLeaveGrace
                           : times_.due(recording_.end_at).value_or(times_.start);
    asio::steady_timer timer(strand_, due);
    leaving_ = [&timer] { timer.cancel(); };
    if (!over_ && std::chrono::steady_clock::now() < due)
      (void)co_await timer.async_wait(net::use_result);
    leaving_ = nullptr;
    if (over_) co_return gone();
    finish(waits ? left_then() : recording_.error);
    co_return Result<void>{};
  }

  bool client_left() const override { return over_; }
  void on_client_left(std::function<void()> callback) override {
    if (over_) return callback();
    on_left_ = std::move(callback);
  }

  void abort() override {
    Error error{
        has_begun_ ? ErrorCode::kProviderStream : ErrorCode::kProviderNetwork,
        fmt::format("the connection to {} was lost in mid-response: cut by a fault that was "
                    "asked for",
                    options_.origin),
        {},
        {},
        ""};
    finish(std::move(error));
  }

 private:
  awaitable<void> run_on_strand() {
    mock::ReplySender sender(*this, strand_, options_.fault);
    listen(options_.timeouts.first_byte);
    if (options_.fault.kind == Kind::kStatus) co_return co_await sender.send_status();
    if (options_.fault.kind == Kind::kSlowFirstByte) {
      const auto wait = std::chrono::duration<double>(std::min(options_.fault.seconds, 86'400.0));
      const auto due = times_.start + std::chrono::duration_cast<SteadyTime::duration>(wait);
      if (!co_await sender.wait_until(due)) co_return;
    }
    if (!recording_.head) {
      (void)co_await end();
      co_return;
    }
    if (const auto due = times_.due(recording_.head_at)) {
      if (!co_await sender.wait_until(*due)) co_return;
    }
    const auto writer = options_.dialect
                            ? options_.dialect->writer(mock::ResponseIdentity{}, Json(JsonObject{}))
                            : nullptr;
    RecordedBody body(pieces_of(recording_, options_.fault.kind != Kind::kNone), times_,
                      writer.get());
    net::Headers headers = recording_.head->headers;
    co_await sender.stream(recording_.head->status, std::move(headers), body);
  }

  static tl::unexpected<Error> gone() {
    return fail(ErrorCode::kDisconnected, "nobody reads the answer any more");
  }

  static Error left_then() {
    return {ErrorCode::kProviderStream,
            "the request was stopped here when it was recorded; nothing stopped it now",
            "record it again",
            {},
            ""};
  }

  void finish(std::optional<Error> error) {
    if (over_) return;
    over_ = true;
    silence_.cancel();
    state_->finish(std::move(error));
  }

  void leave() {
    over_ = true;
    silence_.cancel();
    taken_.cancel();
    if (leaving_) leaving_();
    if (on_left_) std::exchange(on_left_, nullptr)();
  }

  // A fault may silence the answer for ever: then the request's own timeouts end it.
  void listen(std::chrono::milliseconds timeout) {
    if (options_.fault.kind != Kind::kStall && options_.fault.kind != Kind::kSlowFirstByte) return;
    silence_.expires_after(timeout);
    silence_.async_wait([self = shared_from_this(), timeout](boost::system::error_code stopped) {
      if (stopped || self->over_) return;
      self->finish(
          Error{self->has_begun_ ? ErrorCode::kProviderStream : ErrorCode::kProviderNetwork,
                fmt::format("{} sent nothing for {} ms (idle timeout)", self->options_.origin,
                            timeout.count()),
                "try again, or raise the timeout",
                {},
                ""});
      self->leave();
    });
  }

  const asio::any_io_executor strand_;
  const Recording recording_;
  const PlaybackOptions options_;
  const ReplayTimes times_;
  std::shared_ptr<net::ExchangeState> state_;  // Shared with the exchange: either may go first.
  asio::steady_timer taken_;                   // Cancelled when a piece has been taken.
  asio::steady_timer silence_;
  std::function<void()> on_left_, leaving_;
  bool has_begun_ = false;
  bool over_ = false;  // Nothing can be sent any more.
};

class Exchange final : public net::HttpExchange {
 public:
  explicit Exchange(std::shared_ptr<net::ExchangeState> state) : state_(std::move(state)) {}
  ~Exchange() override { state_->cancel_unless_finished(); }

  awaitable<Result<net::HttpHead>> head() override { return net::ExchangeState::head(state_); }
  awaitable<Result<std::string>> read() override { return net::ExchangeState::read(state_); }
  void cancel() override { state_->cancel(); }
  std::optional<SteadyTime> closed_at() const override { return state_->closed_at(); }

 private:
  const std::shared_ptr<net::ExchangeState> state_;  // Shared with the playback.
};

}  // namespace

std::shared_ptr<net::HttpExchange> play(asio::any_io_executor executor, Recording recording,
                                        PlaybackOptions options) {
  const auto playback = std::make_shared<Playback>(net::make_own_strand(executor),
                                                   std::move(recording), std::move(options));
  auto exchange = std::make_shared<Exchange>(playback->make_state());
  asio::co_spawn(playback->strand(), Playback::run(playback),
                 [playback](std::exception_ptr failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const std::exception& problem) {
                     spdlog::error("a replay failed: {}", problem.what());
                   }
                 });
  return exchange;
}

std::shared_ptr<net::HttpExchange> failing_exchange(Error error) {
  auto state = std::make_shared<net::ExchangeState>(std::weak_ptr<net::TransferControl>(), 0, 0);
  state->finish(std::move(error));
  return std::make_shared<Exchange>(std::move(state));
}

}  // namespace tactus::llm::cassette
