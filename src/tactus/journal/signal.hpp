// Wakes one waiting coroutine from any thread. Private to the module. Uses: Asio.
#pragma once

#include <mutex>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tactus::journal {

// One-shot. `set` may come from any thread, before or during `wait`; the waiting coroutine is
// always posted to its own executor, never resumed inside `set`. Shared between the coroutine that
// waits and whoever wakes it, because either may let go first.
class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) {
    channel_.emplace(std::move(executor), 1);
  }

  void set() {
    const std::lock_guard lock(mutex_);
    if (channel_) channel_->try_send(boost::system::error_code{});
  }

  // Completes after `set`, with no error, or with operation_aborted when cancelled. At most once.
  boost::asio::awaitable<boost::system::error_code> wait() {
    const Leave leave{*this};
    auto [error] =
        co_await channel_->async_receive(boost::asio::as_tuple(boost::asio::use_awaitable));
    // A cancelled channel reports its own error; callers know Asio's.
    if (error) error = boost::asio::error::operation_aborted;
    co_return error;
  }

 private:
  // The channel belongs to the coroutine's context and must not outlive it, but the waker may still
  // hold the signal when the context has destroyed the coroutine. So the coroutine's frame ends the
  // channel, however the frame ends.
  struct Leave {
    Signal& signal;
    ~Leave() {
      const std::lock_guard lock(signal.mutex_);
      signal.channel_.reset();
    }
  };

  std::mutex mutex_;  // Guards that channel_ is there; the channel itself is thread-safe.
  std::optional<boost::asio::experimental::concurrent_channel<void(boost::system::error_code)>>
      channel_;
};

}  // namespace tactus::journal
