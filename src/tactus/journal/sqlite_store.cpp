// The Store on SQLite: one connection for the writer thread, one for all readers.
#include <filesystem>
#include <mutex>

#include <spdlog/spdlog.h>

#include <tactus/journal/checkpoint_reader.hpp>
#include <tactus/journal/run_claim.hpp>
#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/sqlite_reader.hpp>
#include <tactus/journal/sqlite_schema.hpp>
#include <tactus/journal/store.hpp>
#include <tactus/journal/store_owner.hpp>
#include <tactus/journal/store_recovery.hpp>
#include <tactus/journal/write_queue.hpp>

namespace tactus::journal {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Database> write_database, std::unique_ptr<Database> read_database,
              std::unique_ptr<StoreOwner> owner, std::unique_ptr<SqliteWriter> writer,
              const SqliteOptions& options)
      : write_database_(std::move(write_database)),
        read_database_(std::move(read_database)),
        owner_(std::move(owner)),
        queue_(std::make_unique<WriteQueue>(std::move(writer), options)) {}
  ~SqliteStore() override;

  void put_run(RunRecord record) override { queue_->push(std::move(record)); }
  void append(const std::string& run_id, std::vector<StoredEntry> entries) override {
    queue_->push(AppendEntries{run_id, std::move(entries)});
  }
  void put_entry(const std::string& run_id, CheckpointEntry entry) override {
    queue_->push(PutEntry{run_id, stored_checkpoint(std::move(entry))});
  }
  void drop_entries(const std::string& run_id, std::vector<std::string> positions) override {
    queue_->push(DropEntries{run_id, std::move(positions)});
  }
  void release(const std::string& run_id) override { queue_->push(ReleaseRun{run_id}); }
  boost::asio::awaitable<Result<void>> flush() override { return queue_->flush(); }
  Result<void> settle() override {
    return queue_->run([](SqliteWriter&) { return Result<void>{}; });
  }

  Result<std::vector<RunRecord>> list(const RunQuery& query) override {
    const std::lock_guard lock(read_mutex_);
    return list_runs(*read_database_, query, damages_);
  }
  Result<std::optional<RunRecord>> find(const std::string& run_id) override {
    const std::lock_guard lock(read_mutex_);
    return find_run(*read_database_, run_id, damages_);
  }
  Result<std::vector<StoredEntry>> entries(const std::string& run_id) override {
    const std::lock_guard lock(read_mutex_);
    return read_entries(*read_database_, run_id);
  }
  Result<std::vector<CheckpointEntry>> checkpoint_entries(const std::string& run_id) override;
  Result<std::vector<Answer>> answers(const std::string& run_id) override;
  Result<NewAnswers> answers_after(std::int64_t cursor) override;
  Result<std::int64_t> version() override {
    const std::lock_guard lock(read_mutex_);
    return read_database_->query_integer("PRAGMA data_version");
  }

  Result<void> remove(const std::string& run_id) override;
  Result<Answer> put_answer(const std::string& run_id, Answer answer) override;
  Result<void> claim(const std::string& run_id) override;

 private:
  const std::unique_ptr<Database> write_database_;  // The writer thread's while queue_ is there.
  std::mutex read_mutex_;
  const std::unique_ptr<Database> read_database_;  // Guarded by read_mutex_, as the next one.
  DamageReport damages_;
  const std::unique_ptr<StoreOwner> owner_;  // The writer thread's, too.
  std::unique_ptr<WriteQueue> queue_;
};

SqliteStore::~SqliteStore() {
  queue_.reset();
  if (auto done = give_up_runs(*write_database_, owner_->number()); !done) {
    spdlog::warn("{}", to_string(done.error()));
  }
}

Result<std::vector<CheckpointEntry>> SqliteStore::checkpoint_entries(const std::string& run_id) {
  if (auto settled = settle(); !settled) return fail(settled.error());
  const std::lock_guard lock(read_mutex_);
  return read_checkpoints(*read_database_, run_id, damages_);
}

Result<std::vector<Answer>> SqliteStore::answers(const std::string& run_id) {
  if (auto settled = settle(); !settled) return fail(settled.error());
  const std::lock_guard lock(read_mutex_);
  return read_answers(*read_database_, run_id, damages_);
}

Result<NewAnswers> SqliteStore::answers_after(std::int64_t cursor) {
  const std::lock_guard lock(read_mutex_);
  return read_answers_after(*read_database_, cursor, damages_);
}

Result<void> SqliteStore::remove(const std::string& run_id) {
  return queue_->run([&](SqliteWriter& writer) -> Result<void> {
    const Result<OwnerOfRun> owner = owner_of_run(*write_database_, *owner_, run_id);
    if (!owner) return fail(owner.error());
    if (*owner == OwnerOfRun::kOther) return fail(belongs_to_other(run_id));
    return writer.remove(run_id);
  });
}

Result<Answer> SqliteStore::put_answer(const std::string& run_id, Answer answer) {
  Result<void> done =
      queue_->run([&](SqliteWriter& writer) { return writer.put_answer(run_id, answer); });
  if (!done) return fail(done.error());
  return answer;
}

Result<void> SqliteStore::claim(const std::string& run_id) {
  return queue_->run([&](SqliteWriter&) { return claim_run(*write_database_, *owner_, run_id); });
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
