// The queue and the writer thread between the run logs and SqliteWriter, and the Store around them.
//
//   append, put_run ─▶ queue ─▶ writer thread: wait for the commit delay, a flush or a removal,
//                               take the whole queue, one transaction, complete the flushes
//
// A batch that failed is kept and goes first into the next one, so what is on disk of a log is
// always its beginning without a gap.
#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include <tactus/journal/signal.hpp>
#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/sqlite_reader.hpp>
#include <tactus/journal/sqlite_schema.hpp>
#include <tactus/journal/sqlite_writer.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/journal/store_owner.hpp>
#include <tactus/journal/store_recovery.hpp>

namespace tactus::journal {
namespace {

constexpr std::chrono::seconds kRetryDelay{1};  // Between attempts while the disk fails.

// A flush that waits. `result` is written before `signal` is set, and read after.
struct Flush {
  explicit Flush(boost::asio::any_io_executor executor) : signal(std::move(executor)) {}
  Signal signal;
  Result<void> result;
};

struct Removal {
  std::string run_id;
  std::promise<Result<void>> done;
};

// What the writer thread takes in one go.
struct Work {
  std::vector<std::shared_ptr<Flush>> flushes;
  std::vector<Removal> removals;
  bool stop = false;
};

std::size_t size_of(const RunRecord& record) {
  return sizeof record + record.inputs.size() * 64 + record.run_id.size();
}

std::size_t size_of(const std::vector<StoredEntry>& entries) {
  std::size_t size = 0;
  for (const StoredEntry& entry : entries) {
    size += sizeof entry + entry.json.size() + entry.text.size();
  }
  return size;
}

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> write_database, std::unique_ptr<Database> read_database,
              std::unique_ptr<StoreOwner> owner, std::unique_ptr<SqliteWriter> writer,
              const SqliteOptions& options)
      : options_(options),
        write_database_(std::move(write_database)),
        read_database_(std::move(read_database)),
        owner_(std::move(owner)),
        writer_(std::move(writer)),
        thread_([this] { write_until_stopped(); }) {}
  ~SqliteStore() override;

  void put_run(RunRecord record) override {
    const std::size_t size = size_of(record);
    enqueue(std::move(record), size);
  }
  void append(const std::string& run_id, std::vector<StoredEntry> entries) override {
    const std::size_t size = size_of(entries);
    enqueue(AppendEntries{run_id, std::move(entries)}, size);
  }
  boost::asio::awaitable<Result<void>> flush() override;

  Result<std::vector<RunRecord>> list(const RunQuery& query) override {
    const std::lock_guard lock(read_mutex_);
    return list_runs(*read_database_, query);
  }
  Result<std::optional<RunRecord>> find(const std::string& run_id) override {
    const std::lock_guard lock(read_mutex_);
    return find_run(*read_database_, run_id);
  }
  Result<std::vector<StoredEntry>> entries(const std::string& run_id) override {
    const std::lock_guard lock(read_mutex_);
    return read_entries(*read_database_, run_id);
  }
  Result<void> remove(const std::string& run_id) override;

 private:
  using Clock = std::chrono::steady_clock;

  void enqueue(StoreWrite write, std::size_t size);
  bool is_urgent() const { return stop_ || !flushes_.empty() || !removals_.empty(); }
  bool has_work() const { return is_urgent() || (!queue_.empty() && !failing_); }
  Work wait_for_work();
  void write_until_stopped();
  void finish_commit(const Result<void>& done);

  const SqliteOptions options_;
  const std::unique_ptr<Database> write_database_;  // The writer thread's, once it runs.
  std::mutex read_mutex_;
  const std::unique_ptr<Database> read_database_;  // Guarded by read_mutex_.
  const std::unique_ptr<StoreOwner> owner_;
  const std::unique_ptr<SqliteWriter> writer_;  // The writer thread's.
  std::deque<StoreWrite> batch_;                // The writer thread's; not committed yet.
  std::size_t batch_bytes_ = 0;                 // Likewise.

  std::mutex mutex_;  // Guards what follows, up to the blank line.
  std::condition_variable work_;
  std::condition_variable space_;
  std::deque<StoreWrite> queue_;
  Clock::time_point queued_at_{};  // When the first of `queue_` came.
  std::size_t bytes_ = 0;          // Of `queue_` and `batch_`.
  std::vector<std::shared_ptr<Flush>> flushes_;
  std::vector<Removal> removals_;
  bool failing_ = false;  // The last commit failed.
  bool lost_ = false;     // Something was dropped; nothing is taken any more.
  bool stop_ = false;

  std::thread thread_;  // Last: it uses all of the above.
};

SqliteStore::~SqliteStore() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_.notify_one();
  space_.notify_all();
  thread_.join();
  // A run that is still recorded as running becomes interrupted when the file is opened next; only
  // an owner without such runs leaves no trace.
  const std::string forget = fmt::format(
      "DELETE FROM owners WHERE owner={0} AND NOT EXISTS"
      "(SELECT 1 FROM runs WHERE status='running' AND owner={0})",
      owner_->number());
  if (auto done = write_database_->run(forget.c_str()); !done) {
    spdlog::warn("{}", to_string(done.error()));
  }
}

void SqliteStore::enqueue(StoreWrite write, std::size_t size) {
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

boost::asio::awaitable<Result<void>> SqliteStore::flush() {
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

Result<void> SqliteStore::remove(const std::string& run_id) {
  std::future<Result<void>> done;
  {
    const std::lock_guard lock(mutex_);
    removals_.push_back({run_id, {}});
    done = removals_.back().done.get_future();
  }
  work_.notify_one();
  return done.get();
}

// Returns with what was asked for, and with `batch_` extended by what was queued.
Work SqliteStore::wait_for_work() {
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
  return {std::exchange(flushes_, {}), std::exchange(removals_, {}), stop_};
}

void SqliteStore::finish_commit(const Result<void>& done) {
  {
    const std::lock_guard lock(mutex_);
    if (!done && !failing_) spdlog::error("{}", to_string(done.error()));
    failing_ = !done;
    if (done) bytes_ -= std::exchange(batch_bytes_, 0);
  }
  if (done) batch_.clear();
  space_.notify_all();
}

void SqliteStore::write_until_stopped() {
  for (;;) {
    Work work = wait_for_work();
    const bool is_awaited = !work.flushes.empty() || work.stop;
    Result<void> done =
        writer_->commit(batch_, is_awaited ? Durability::kDurable : Durability::kCommitted);
    finish_commit(done);
    for (Removal& removal : work.removals) {
      removal.done.set_value(done ? writer_->remove(removal.run_id) : done);
    }
    bool lost = false;
    {
      const std::lock_guard lock(mutex_);
      lost = lost_;
    }
    if (done && lost) {
      done =
          fail(ErrorCode::kStorage, "entries were lost while the run store could not be written");
    }
    for (const auto& flush : work.flushes) {
      flush->result = done;
      flush->signal.set();
    }
    if (work.stop) return;
  }
}

Result<void> make_folder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return fail(Error{.code = ErrorCode::kStorage,
                    .message = fmt::format("cannot make the folder '{}' of the run store: {}",
                                           folder.string(), error.message()),
                    .hint = "check that its parent folder is writable, or keep runs in memory with "
                            "--storage memory",
                    .place = {},
                    .path = {}});
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path,
                                                 const SqliteOptions& options) {
  if (auto made = make_folder(path); !made) return fail(made.error());
  auto write_database = Database::open(path, options.busy_timeout);
  if (!write_database) return fail(write_database.error());
  if (auto ready = prepare_schema(**write_database, path); !ready) return fail(ready.error());
  auto owner = StoreOwner::enter(**write_database, path);
  if (!owner) return fail(owner.error());
  if (auto done = recover_runs(**write_database, **owner); !done) return fail(done.error());
  auto writer = SqliteWriter::create(**write_database, (*owner)->number());
  if (!writer) return fail(writer.error());
  auto read_database = Database::open(path, options.busy_timeout);
  if (!read_database) return fail(read_database.error());
  return std::make_unique<SqliteStore>(*std::move(write_database), *std::move(read_database),
                                       *std::move(owner), *std::move(writer), options);
}

}  // namespace tactus::journal
