#include <utility>

#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include <tactus/journal/signal.hpp>
#include <tactus/journal/write_queue.hpp>

namespace tactus::journal {
namespace {

constexpr std::chrono::seconds kRetryDelay{1};  // Between attempts while the disk fails.

}  // namespace

// A flush that waits. `result` is written before `signal` is set, and read after.
struct WriteQueue::Flush {
  explicit Flush(boost::asio::any_io_executor executor) : signal(std::move(executor)) {}
  Signal signal;
  Result<void> result;
};

WriteQueue::WriteQueue(std::unique_ptr<SqliteWriter> writer, const SqliteOptions& options)
    : options_(options), writer_(std::move(writer)), thread_([this] { write_until_stopped(); }) {}

WriteQueue::~WriteQueue() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_one();
  space_.notify_all();
  thread_.join();
}

void WriteQueue::push(StoreWrite write) {
  const std::size_t size = size_of(write);
  std::unique_lock lock(mutex_);
  const auto has_space = [&] { return bytes_ == 0 || bytes_ + size <= options_.queue_bytes_max; };
  space_.wait(lock, [&] { return has_space() || failing_ || stop_; });
  if (lost_) return;
  if (!has_space()) {
    lost_ = true;
    spdlog::error(
        "the run store cannot be written to and its queue is full; what comes now is lost");
    return;
  }
  const bool is_first = queue_.empty();
  queue_.push_back(std::move(write));
  bytes_ += size;
  if (!is_first) return;
  queued_at_ = Clock::now();
  lock.unlock();
  work_.notify_one();
}

boost::asio::awaitable<Result<void>> WriteQueue::flush() {
  auto flush = std::make_shared<Flush>(co_await boost::asio::this_coro::executor);
  {
    const std::lock_guard lock(mutex_);
    flushes_.push_back(flush);
  }
  work_.notify_one();
  if (co_await flush->signal.wait()) {
    co_return fail(ErrorCode::kCancelled, "waiting for the run store was cancelled");
  }
  co_return flush->result;
}

Result<void> WriteQueue::run(Task task) {
  std::future<Result<void>> done;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back({std::move(task), {}});
    done = requests_.back().done.get_future();
  }
  work_.notify_one();
  return done.get();
}

// Returns with what was asked for, and with `batch_` extended by what was queued.
WriteQueue::Work WriteQueue::wait_for_work() {
  std::unique_lock lock(mutex_);
  if (failing_) {
    work_.wait_for(lock, kRetryDelay, [this] { return is_urgent(); });
  } else {
    work_.wait(lock, [this] { return has_work(); });
    work_.wait_until(lock, queued_at_ + options_.commit_delay,
                     [this] { return is_urgent() || bytes_ > options_.queue_bytes_max / 2; });
  }
  // Swapping keeps appenders out for a moment only; a batch that failed is extended.
  if (batch_.empty()) {
    batch_.swap(queue_);
  } else {
    std::move(queue_.begin(), queue_.end(), std::back_inserter(batch_));
    queue_.clear();
  }
  batch_bytes_ = bytes_;
  return {std::exchange(flushes_, {}), std::exchange(requests_, {}), stop_};
}

void WriteQueue::finish_commit(const Result<void>& done) {
  {
    const std::lock_guard lock(mutex_);
    if (!done && !failing_) spdlog::error("{}", to_string(done.error()));
    failing_ = !done;
    if (done) bytes_ -= std::exchange(batch_bytes_, 0);
  }
  if (done) batch_.clear();
  space_.notify_all();
}

// Committed is not everything if something could not even be queued.
Result<void> WriteQueue::with_losses(Result<void> done) {
  const std::lock_guard lock(mutex_);
  if (!done || !lost_) return done;
  return fail(ErrorCode::kStorage, "entries were lost while the run store could not be written");
}

void WriteQueue::write_until_stopped() {
  for (;;) {
    Work work = wait_for_work();
    const bool is_awaited = !work.flushes.empty() || work.stop;
    const Result<void> committed =
        writer_->commit(batch_, is_awaited ? Durability::kDurable : Durability::kCommitted);
    finish_commit(committed);
    for (Request& request : work.requests) {
      request.done.set_value(committed ? request.task(*writer_) : committed);
    }
    const Result<void> done = with_losses(committed);
    for (const auto& flush : work.flushes) {
      flush->result = done;
      flush->signal.set();
    }
    if (work.stop) return;
  }
}

}  // namespace tactus::journal
