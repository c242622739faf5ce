// The queue and the writer thread between the run logs and SqliteWriter. Private to the module.
//
//   push ─▶ queue ─▶ writer thread: wait for the commit delay, a flush or a task,
//                    take the whole queue, one transaction, do the tasks, complete the flushes
//
// A batch that failed is kept and goes first into the next one, so what is on disk of a log is
// always its beginning without a gap.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/journal/sqlite_writer.hpp>
#include <tactus/journal/store.hpp>

namespace tactus::journal {

// Thread-safe.
class WriteQueue {
 public:
  // What is done on the writer thread, between two batches.
  using Task = std::function<Result<void>(SqliteWriter&)>;

  // `writer` is the thread's own until the queue is gone.
  WriteQueue(std::unique_ptr<SqliteWriter> writer, const SqliteOptions& options);
  // Commits what is queued and completes the flushes. Nobody may be in another function any more,
  // except in a flush.
  ~WriteQueue();

  // As Store::append: waits at the bound; drops, and says so at each flush, if the disk fails too.
  void push(StoreWrite write);
  // As Store::flush.
  boost::asio::awaitable<Result<void>> flush();
  // Commits what is queued, then does `task` on the writer thread and returns what it returned.
  // Fails without doing it if the commit does. Blocks.
  Result<void> run(Task task);

 private:
  using Clock = std::chrono::steady_clock;
  struct Flush;
  struct Request {
    Task task;
    std::promise<Result<void>> done;
  };
  // What the writer thread takes in one go.
  struct Work {
    std::vector<std::shared_ptr<Flush>> flushes;
    std::vector<Request> requests;
    bool stop = false;
  };

  bool is_urgent() const { return stop_ || !flushes_.empty() || !requests_.empty(); }
  bool has_work() const { return is_urgent() || (!queue_.empty() && !failing_); }
  Work wait_for_work();
  void write_until_stopped();
  void finish_commit(const Result<void>& done);
  Result<void> with_losses(Result<void> done);

  const SqliteOptions options_;
  const std::unique_ptr<SqliteWriter> writer_;  // The writer thread's, as the next two.
  std::deque<StoreWrite> batch_;                // Not committed yet.
  std::size_t batch_bytes_ = 0;

  std::mutex mutex_;  // Guards what follows, up to the blank line.
  std::condition_variable work_;
  std::condition_variable space_;
  std::deque<StoreWrite> queue_;
  Clock::time_point queued_at_{};  // When the first of `queue_` came.
  std::size_t bytes_ = 0;          // Of `queue_` and `batch_`.
  std::vector<std::shared_ptr<Flush>> flushes_;
  std::vector<Request> requests_;
  bool failing_ = false;  // The last commit failed.
  bool lost_ = false;     // Something was dropped; nothing is taken any more.
  bool stop_ = false;

  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace tactus::journal
