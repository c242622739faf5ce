// Wakes one waiting coroutine from any thread. Uses: Asio.
#pragma once

#include <mutex>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tactus::journal {

// `set` may come from any thread, before or during `wait`; the waiting coroutine is
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
    const Close close(*this);
    co_return co_await wait_next();
  }

  // The same, but it may be called again: it completes when `set` was called since it last did. The
  // coroutine's frame has to hold a `Close`.
  boost::asio::awaitable<boost::system::error_code> wait_next() {
    auto [error] =
        co_await channel_->async_receive(boost::asio::as_tuple(boost::asio::use_awaitable));
    // A cancelled channel reports its own error; callers know Asio's.
    if (error) error = boost::asio::error::operation_aborted;
    co_return error;
  }

  // The channel belongs to the coroutine's context and must not outlive it, but the waker may still
  // hold the signal when the context has destroyed the coroutine. So the coroutine's frame ends the
  // channel, however the frame ends.
  class Close {
   public:
    explicit Close(Signal& signal) : signal_(signal) {}
    Close(const Close&) = delete;
    Close& operator=(const Close&) = delete;
    ~Close() {
      const std::lock_guard lock(signal_.mutex_);
      signal_.channel_.reset();
    }

   private:
    Signal& signal_;
  };

 private:
  std::mutex mutex_;  // Guards that channel_ is there; the channel itself is thread-safe.
  std::optional<boost::asio::experimental::concurrent_channel<void(boost::system::error_code)>>
      channel_;
};

}  // namespace tactus::journal
