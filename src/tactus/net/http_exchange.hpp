// The meeting point of one exchange: the client's strand delivers head, body and end; a coroutine
// on any executor takes them. No libcurl here. Uses: base, Asio.
#pragma once

#include <mutex>

#include <boost/asio/any_io_executor.hpp>

#include <tactus/net/http_client.hpp>

namespace tactus::net {

// What an exchange may ask of the client that carries it out. Any thread.
class TransferControl {
 public:
  virtual ~TransferControl() = default;
  virtual void cancel_transfer(std::uint64_t id) = 0;
  virtual void resume_transfer(std::uint64_t id) = 0;
};

// Shared by the client and the caller's HttpExchange, because either may go first. Thread-safe; the
// lock is held for a few instructions. A waiting coroutine is woken by `defer`: on the thread that
// received the bytes if that has nothing else to do, on another one if it has.
class ExchangeState : public std::enable_shared_from_this<ExchangeState> {
 public:
  enum class Delivered { kTaken, kFull };

  ExchangeState(std::weak_ptr<TransferControl> control, std::uint64_t id,
                std::size_t buffer_bytes_max)
      : control_(std::move(control)), id_(id), buffer_bytes_max_(buffer_bytes_max) {}

  // The client's side. After kFull nothing was taken: TransferControl::resume_transfer follows once
  // there is room.
  void deliver_head(HttpHead head);
  Delivered deliver(std::string_view bytes);
  void finish(std::optional<Error> error);
  void mark_closed(SteadyTime at);
  bool cancelled() const;

  // The caller's side; see HttpExchange.
  static awaitable<Result<HttpHead>> head(std::shared_ptr<ExchangeState> self);
  static awaitable<Result<std::string>> read(std::shared_ptr<ExchangeState> self);
  void cancel();
  void cancel_unless_finished();
  std::optional<SteadyTime> closed_at() const;

 private:
  enum class Want { kHead, kBytes };
  // A suspended coroutine. (Asio 1.26's any_completion_handler wraps itself without end when moved
  // within a closure.)
  class Resumption {
   public:
    virtual ~Resumption() = default;
    virtual void resume() = 0;
  };
  template <typename Handler>
  class HandlerResumption;
  struct Waiter {
    boost::asio::any_io_executor executor;  // Counts as work of its context while somebody waits.
    std::unique_ptr<Resumption> resumption;
    Want want = Want::kHead;
  };

  // Both with the lock held.
  bool ready(Want want) const;
  Waiter take_waiter() { return std::exchange(waiter_, {}); }
  std::optional<Result<std::string>> take_bytes();
  std::optional<Result<HttpHead>> take_head();

  static awaitable<void> wait(std::shared_ptr<ExchangeState> self, Want want);
  template <typename Handler>
  void add_waiter(Handler handler, Want want);
  void interrupt(std::uint64_t ticket);
  static void wake(Waiter waiter);

  const std::weak_ptr<TransferControl> control_;
  const std::uint64_t id_;
  const std::size_t buffer_bytes_max_;

  mutable std::mutex mutex_;
  Waiter waiter_;
  std::uint64_t ticket_ = 0;  // Of the waiter: a late cancellation must not hit the next one.
  std::optional<HttpHead> head_;
  std::string buffer_;
  bool paused_ = false;
  bool finished_ = false;
  bool cancelled_ = false;
  std::optional<Error> error_;
  std::optional<SteadyTime> closed_at_;
};

}  // namespace tactus::net
