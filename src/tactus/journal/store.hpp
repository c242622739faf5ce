// Where runs are kept. The embedded implementation is SQLite (WAL, one writer thread, group
// commit). Uses: base.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include <tactus/base/clock.hpp>
#include <tactus/base/error.hpp>
#include <tactus/journal/event.hpp>

namespace tactus::journal {

enum class RunStatus : std::uint8_t { kRunning, kInterrupted, kCompleted, kFailed, kCancelled };
std::string_view run_status_name(RunStatus status);  // "running" …
std::optional<RunStatus> run_status_from_name(std::string_view name);

// The row of one run; a value.
struct RunRecord {
  std::string run_id;
  std::string procedure_id;
  std::string path;         // Workspace-relative; empty for a source that was never a file.
  std::string source_hash;  // SHA-256, hex.
  RunStatus status = RunStatus::kRunning;
  int generation = 1;
  std::string started_at;  // RFC 3339.
  std::string ended_at;    // Empty while running.
  std::int64_t duration_ms = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> total_cost;  // USD; nothing = unknown.
  EventSeq last_seq = 0;
  JsonObject inputs;
  Json result;  // null unless completed.
  Json error;   // null or {code, message, hint?, file?, line?}.
};

// One entry on its way to disk. `stream_key` groups deltas of one stream within the run (0 = not a
// delta); for a delta `json` is empty and `text` holds the piece; the stream itself is described
// once by its first entry's `json` (its keys without the text).
struct StoredEntry {
  EventSeq seq = 0;
  EventType type = EventType::kLog;
  WallTime time{};
  std::uint32_t stream_key = 0;
  std::string json;
  std::string text;
  friend bool operator==(const StoredEntry&, const StoredEntry&) = default;
};

struct RunQuery {
  std::string procedure_id;  // Empty = all.
  std::optional<RunStatus> status;
  std::string before_run_id;  // Page: runs older than this one; empty = from the newest.
  std::size_t limit = 50;     // 1 … 200; what is outside is moved to the nearer end.
};

// Thread-safe. Writes are queued to the writer thread; reads see what is committed, and block while
// they read.
class Store {
 public:
  // Commits what is queued and completes pending flushes.
  virtual ~Store() = default;
  // Inserts or replaces. A running run belongs to this store object until it is put with another
  // status.
  virtual void put_run(RunRecord record) = 0;
  // Entries of one run come in order of seq. A run without a record gets one with its id alone.
  // Blocks while the queue is at its bound and the disk keeps up; see SqliteOptions.
  virtual void append(const std::string& run_id, std::vector<StoredEntry> entries) = 0;
  // Completes on the caller's executor when everything queued so far is committed and durable: it
  // survives a crash of the machine, not only of the process. Fails with kStorage; the entries then
  // stay queued and are tried again. Cancellable (the entries stay queued too): kCancelled.
  virtual boost::asio::awaitable<Result<void>> flush() = 0;
  // Newest first. Fails with kRunNotFound (before_run_id), kStorage.
  virtual Result<std::vector<RunRecord>> list(const RunQuery& query) = 0;
  virtual Result<std::optional<RunRecord>> find(const std::string& run_id) = 0;
  // The log as it was appended, in order of seq. Fails with kRunNotFound, kStorage.
  virtual Result<std::vector<StoredEntry>> entries(const std::string& run_id) = 0;
  // Removes a run and its log, after what is queued. Blocks. Fails with kRunNotFound, kStorage.
  virtual Result<void> remove(const std::string& run_id) = 0;
};

struct SqliteOptions {
  // A commit begins this long after the first entry that waits for it, sooner for a flush. The rest
  // of the 50 ms that the disk may be behind is for the commit itself.
  std::chrono::milliseconds commit_delay{25};
  // Bound on what is queued. At it `append` waits for the disk. If the disk fails meanwhile, what
  // does not fit is dropped, with all that comes after it, so that a stored log never has a gap;
  // every later flush says so.
  std::size_t queue_bytes_max = 64u << 20;
  // How long to wait for another process that is writing to the same file.
  std::chrono::milliseconds busy_timeout{10'000};
};

// Opens or creates the database file, making its folder. A file written by a newer version, not a
// database, not ours, or on a full disk: kStorage with a hint. Several processes may have it open
// at once. Runs recorded as running by a store that is gone become `interrupted`; their log stays
// as it was left. Beside the file lies `<path>-owners`, by whose locks the living know each other.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path,
                                                 const SqliteOptions& options = {});

}  // namespace tactus::journal
