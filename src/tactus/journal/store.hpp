// Where runs are kept. The embedded implementation is SQLite (WAL, one writer thread, group commit). Uses: base.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <tactus/base/clock.hpp>
#include <tactus/base/error.hpp>
#include <tactus/journal/event.hpp>
#include <vector>

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
  std::string started_at;   // RFC 3339.
  std::string ended_at;     // Empty while running.
  std::int64_t duration_ms = 0;
  std::int64_t total_tokens = 0;
  std::optional<double> total_cost;  // USD; nothing = unknown.
  EventSeq last_seq = 0;
  JsonObject inputs;
  Json result;   // null unless completed.
  Json error;    // null or {code, message, hint?, file?, line?}.
};

// One entry on its way to disk. `stream_key` groups deltas of one stream within the run (0 = not a delta); for a delta `json` is empty and
// `text` holds the piece, the stream itself is described once by its first row's `json` (the envelope without the text).
struct StoredEntry {
  EventSeq seq = 0;
  EventType type = EventType::kLog;
  WallTime time{};
  std::uint32_t stream_key = 0;
  std::string json;
  std::string text;
};

struct RunQuery {
  std::string procedure_id;           // Empty = all.
  std::optional<RunStatus> status;
  std::string before_run_id;          // Page: runs older than this one.
  std::size_t limit = 50;             // 1 … 200.
};

// Thread-safe. Writes are queued to the writer thread; reads see what is committed.
class Store {
 public:
  virtual ~Store() = default;  // Commits what is queued.
  virtual void put_run(RunRecord record) = 0;  // Inserts or replaces.
  virtual void append(const std::string& run_id, std::vector<StoredEntry> entries) = 0;
  // Completes on the caller's executor when everything queued so far is committed. Fails with kStorage.
  virtual boost::asio::awaitable<Result<void>> flush() = 0;
  virtual Result<std::vector<RunRecord>> list(const RunQuery& query) = 0;
  virtual Result<std::optional<RunRecord>> find(const std::string& run_id) = 0;
  virtual Result<std::vector<StoredEntry>> entries(const std::string& run_id) = 0;
  virtual Result<void> remove(const std::string& run_id) = 0;
};

// Opens or creates the database file, making its folder. A file written by a newer version, not a database, or on a full disk: kStorage
// with a hint. Runs recorded as running by a process that is gone become `interrupted`; their log stays as it was left.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path);

}  // namespace tactus::journal
