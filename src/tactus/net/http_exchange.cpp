#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/defer.hpp>

#include <tactus/net/async.hpp>
#include <tactus/net/http_exchange.hpp>

namespace tactus::net {
namespace {

tl::unexpected<Error> cancelled_error() {
  return fail(ErrorCode::kCancelled, "the request was cancelled");
}

}  // namespace

void ExchangeState::deliver_head(HttpHead head) {
  std::unique_lock lock(mutex_);
  head_ = std::move(head);
  Waiter waiter = ready(waiter_.want) ? take_waiter() : Waiter{};
  lock.unlock();
  wake(std::move(waiter));
}

ExchangeState::Delivered ExchangeState::deliver(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (cancelled_) return Delivered::kTaken;  // Nobody will read it.
  if (!buffer_.empty() && buffer_.size() + bytes.size() > buffer_bytes_max_) {
    paused_ = true;
    return Delivered::kFull;
  }
  buffer_ += bytes;
  Waiter waiter = ready(waiter_.want) ? take_waiter() : Waiter{};
  lock.unlock();
  wake(std::move(waiter));
  return Delivered::kTaken;
}

void ExchangeState::finish(std::optional<Error> error) {
  std::unique_lock lock(mutex_);
  if (finished_) return;
  finished_ = true;
  error_ = std::move(error);
  Waiter waiter = take_waiter();
  lock.unlock();
  wake(std::move(waiter));
}

void ExchangeState::mark_closed(SteadyTime at) {
  const std::lock_guard lock(mutex_);
  if (cancelled_ && !closed_at_) closed_at_ = at;
}

bool ExchangeState::cancelled() const {
  const std::lock_guard lock(mutex_);
  return cancelled_;
}

std::optional<SteadyTime> ExchangeState::closed_at() const {
  const std::lock_guard lock(mutex_);
  return closed_at_;
}

void ExchangeState::cancel() {
  std::unique_lock lock(mutex_);
  if (std::exchange(cancelled_, true)) return;
  const bool under_way = !finished_;
  buffer_ = {};
  Waiter waiter = take_waiter();
  lock.unlock();
  wake(std::move(waiter));
  if (!under_way) return;
  if (const auto control = control_.lock()) control->cancel_transfer(id_);
}

void ExchangeState::cancel_unless_finished() {
  {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
  }
  cancel();
}

bool ExchangeState::ready(Want want) const {
  if (cancelled_ || finished_) return true;
  return want == Want::kHead ? head_.has_value() : !buffer_.empty();
}

awaitable<Result<HttpHead>> ExchangeState::head(std::shared_ptr<ExchangeState> self) {
  if (auto head = self->take_head()) co_return std::move(*head);
  co_await wait(self, Want::kHead);
  if (auto head = self->take_head()) co_return std::move(*head);
  co_return cancelled_error();  // The wait was cancelled, not the request.
}

std::optional<Result<HttpHead>> ExchangeState::take_head() {
  const std::lock_guard lock(mutex_);
  if (cancelled_) return cancelled_error();
  if (head_) return *head_;
  if (!finished_) return std::nullopt;
  return fail(error_.value_or(Error{ErrorCode::kProviderNetwork, "no response", {}, {}, {}}));
}

awaitable<Result<std::string>> ExchangeState::read(std::shared_ptr<ExchangeState> self) {
  if (auto bytes = self->take_bytes()) co_return std::move(*bytes);
  co_await wait(self, Want::kBytes);
  if (auto bytes = self->take_bytes()) co_return std::move(*bytes);
  co_return cancelled_error();  // The wait was cancelled, not the request.
}

std::optional<Result<std::string>> ExchangeState::take_bytes() {
  std::unique_lock lock(mutex_);
  if (cancelled_) return cancelled_error();
  if (!buffer_.empty()) {
    std::string bytes = std::exchange(buffer_, {});
    const bool resume = std::exchange(paused_, false);
    lock.unlock();
    if (resume) {
      if (const auto control = control_.lock()) control->resume_transfer(id_);
    }
    return bytes;
  }
  if (!finished_) return std::nullopt;
  if (error_) return fail(*error_);
  return std::string{};
}

awaitable<void> ExchangeState::wait(std::shared_ptr<ExchangeState> self, Want want) {
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(
      [&self, &want](auto handler) { self->add_waiter(std::move(handler), want); },
      asio::use_awaitable);
}

template <typename Handler>
class ExchangeState::HandlerResumption final : public Resumption {
 public:
  explicit HandlerResumption(Handler handler) : handler_(std::move(handler)) {}
  void resume() override { std::move(handler_)(); }

 private:
  Handler handler_;
};

template <typename Handler>
void ExchangeState::add_waiter(Handler handler, Want want) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  std::unique_lock lock(mutex_);
  TACTUS_ASSERT(!waiter_.resumption);
  const std::uint64_t ticket = ++ticket_;
  const asio::any_io_executor executor = asio::get_associated_executor(handler);
  waiter_.executor = asio::prefer(executor, asio::execution::outstanding_work.tracked);
  waiter_.resumption = std::make_unique<HandlerResumption<Handler>>(std::move(handler));
  waiter_.want = want;
  if (ready(want)) {
    Waiter waiter = take_waiter();
    lock.unlock();
    wake(std::move(waiter));
    return;
  }
  // Under the lock: once it is released another thread may resume the coroutine, to which the slot
  // belongs.
  if (slot.is_connected()) {
    slot.assign([weak = weak_from_this(), ticket](asio::cancellation_type) {
      if (const auto self = weak.lock()) self->interrupt(ticket);
    });
  }
}

void ExchangeState::interrupt(std::uint64_t ticket) {
  std::unique_lock lock(mutex_);
  if (ticket != ticket_) return;
  Waiter waiter = take_waiter();
  lock.unlock();
  wake(std::move(waiter));
}

void ExchangeState::wake(Waiter waiter) {
  if (!waiter.resumption) return;
  asio::defer(waiter.executor,
              [resumption = std::move(waiter.resumption)] { resumption->resume(); });
}

}  // namespace tactus::net
