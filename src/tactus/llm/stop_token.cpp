#include <tactus/llm/model_client.hpp>

namespace tactus::llm {

void StopToken::stop() {
  std::shared_ptr<net::HttpExchange> open;
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    if (requested_at_) return;
    requested_at_ = system_clock().steady();
    open = exchange_;
    callback = on_stop_;
  }
  // Outside the lock: they may call back into who owns this token.
  if (open) open->cancel();
  if (callback) callback();
}

bool StopToken::stopped() const {
  const std::lock_guard lock(mutex_);
  return requested_at_.has_value();
}

std::optional<SteadyTime> StopToken::requested_at() const {
  const std::lock_guard lock(mutex_);
  return requested_at_;
}

std::optional<SteadyTime> StopToken::closed_at() const {
  const std::lock_guard lock(mutex_);
  const auto closed = exchange_ && requested_at_ ? exchange_->closed_at() : std::nullopt;
  return closed ? closed : closed_at_;
}

void StopToken::attach(std::shared_ptr<net::HttpExchange> exchange) {
  bool late = false;
  {
    const std::lock_guard lock(mutex_);
    exchange_ = exchange;
    late = requested_at_.has_value();
  }
  if (late) exchange->cancel();
}

// The end of an attempt. A stopped exchange is kept, because it may tell only later when its
// connection was closed.
void StopToken::detach() {
  const std::lock_guard lock(mutex_);
  if (!requested_at_) {
    exchange_.reset();
  } else if (!closed_at_) {
    closed_at_ = system_clock().steady();
  }
}

void StopToken::on_stop(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    on_stop_ = callback;
    if (!requested_at_) return;
  }
  if (callback) callback();
}

}  // namespace tactus::llm
