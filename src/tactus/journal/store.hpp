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
#include <tactus/journal/checkpoint.hpp>
#include <tactus/journal/event.hpp>
#include <tactus/journal/run_record.hpp>

namespace tactus::journal {

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

struct NewAnswers {
  std::int64_t cursor = 0;                              // For the next look.
  std::vector<std::pair<std::string, Answer>> answers;  // With the run's id.
};

// Thread-safe. Writes are queued to the writer thread, in order. `list`, `find` and `entries` see
// what is committed; everything else that returns a Result first commits what is queued, and so
// sees it. All of these block. Of a stored row that is damaged, what can be read is given, with a
// line in the program's log.
class Store {
 public:
  // Commits what is queued and completes pending flushes.
  virtual ~Store() = default;
  // Inserts or replaces. A live run (running, waiting_for_human, sleeping) belongs to this store
  // object until it is put with another status, or released. A record of a run that belongs to
  // another store is not taken: a line in the program's log says so.
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
  // Removes a run with all that belongs to it, after what is queued. Blocks. Fails with
  // kRunNotFound, kRunBusy (another store that is alive owns it), kStorage.
  virtual Result<void> remove(const std::string& run_id) = 0;

  // Queued like `append`, with the same bound; inserts or replaces by run and position. The JSON is
  // written on the caller's thread.
  virtual void put_entry(const std::string& run_id, CheckpointEntry entry) = 0;
  // Queued. Removes each of `positions` and everything nested in it: "3" also "3.1", not "30".
  virtual void drop_entries(const std::string& run_id, std::vector<std::string> positions) = 0;
  // In the order of `position_less`. An entry whose stored values cannot be read comes as one that
  // was only started, so that its operation is run again. Fails with kRunNotFound, kStorage.
  virtual Result<std::vector<CheckpointEntry>> checkpoint_entries(const std::string& run_id) = 0;
  // Durable when it returns. The first answer to a request wins, whoever gives it: the one that is
  // stored is returned. Fails with kRunNotFound, kStorage.
  virtual Result<Answer> put_answer(const std::string& run_id, Answer answer) = 0;
  // In the order in which they came. Fails with kRunNotFound, kStorage.
  virtual Result<std::vector<Answer>> answers(const std::string& run_id) = 0;
  // Those of all runs that were committed after `cursor`, by any process; negative: none, but where
  // to begin. One that came while a run was removed may be missing. Fails with kStorage.
  virtual Result<NewAnswers> answers_after(std::int64_t cursor) = 0;
  // This store object becomes the owner, in order to resume the run, whatever its status. A run
  // that its owner left running when it went becomes `interrupted` first. Fails with kRunBusy while
  // this or another living store owns it; kRunNotFound, kStorage.
  virtual Result<void> claim(const std::string& run_id) = 0;
  // Queued: gives up a run, so that others may claim it. Does nothing for a run of somebody else.
  virtual void release(const std::string& run_id) = 0;
  // A number that is another one after a commit of anybody else: other processes, and this store's
  // own writer. Cheap. Fails with kStorage.
  virtual Result<std::int64_t> version() = 0;
  // Returns when everything queued so far is committed. Fails with kStorage.
  virtual Result<void> settle() = 0;
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
// at once. A store of an older version is brought up to date. Runs recorded as running by a store
// that is gone become `interrupted`; their log stays as it was left. Beside the file lies
// `<path>-owners`, by whose locks the living know each other.
Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path,
                                                 const SqliteOptions& options = {});

}  // namespace tactus::journal
