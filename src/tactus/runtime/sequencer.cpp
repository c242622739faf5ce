#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <tactus/runtime/sequencer.hpp>

namespace tactus::runtime {

namespace asio = boost::asio;

void Sequencer::expect(std::deque<std::int64_t> orders, std::int64_t last) {
  expected_ = std::move(orders);
  last_ = last;
}

std::int64_t Sequencer::next() {
  expected_.push_back(++last_);
  return last_;
}

asio::awaitable<void> Sequencer::reach(std::int64_t order) {
  while (!open_ && !expected_.empty() && expected_.front() < order) {
    auto& timer = waiting_[order];
    if (!timer) timer = std::make_shared<Timer>(strand_, Timer::time_point::max());
    const std::shared_ptr<Timer> kept = timer;
    boost::system::error_code woken;
    co_await kept->async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  waiting_.erase(order);
  reached_ = std::max(reached_, order);
}

void Sequencer::pass(std::int64_t order) {
  const auto found = std::find(expected_.begin(), expected_.end(), order);
  if (found != expected_.end()) expected_.erase(found);
  wake();
}

void Sequencer::skip(const std::vector<std::int64_t>& orders) {
  for (const std::int64_t order : orders) {
    const auto found = std::find(expected_.begin(), expected_.end(), order);
    if (found != expected_.end()) expected_.erase(found);
  }
  wake();
}

// Those that need not wait any more; their handlers are queued behind the caller, who goes on
// first.
void Sequencer::wake() {
  for (const auto& [order, timer] : waiting_) {
    if (!expected_.empty() && expected_.front() < order) return;
    timer->cancel();
  }
}

void Sequencer::open() {
  open_ = true;
  for (const auto& [order, timer] : waiting_) timer->cancel();
}

}  // namespace tactus::runtime
