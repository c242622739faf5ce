// Writes batches of what was queued, each in one transaction. Private to the module; no threads.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <tactus/journal/checkpoint_writer.hpp>
#include <tactus/journal/delta_chunks.hpp>
#include <tactus/journal/sqlite_database.hpp>
#include <tactus/journal/store_write.hpp>

namespace tactus::journal {

// kDurable: the commit, and with it all commits before it, survives a crash of the machine.
enum class Durability : std::uint8_t { kCommitted, kDurable };

// Why two settings: in WAL mode `synchronous=NORMAL` commits without fsync, which is what deltas
// want (a crash of the process loses nothing, a power cut at most the last moments). With FULL a
// commit ends with an fsync of the WAL. The WAL is one file, written in order, so that fsync
// carries every earlier commit with it; a checkpoint in between has synced both files itself. So a
// flush needs exactly one FULL commit at its end. If there is nothing left to write, a counter is
// raised, because an empty transaction writes and syncs nothing.
class SqliteWriter {
 public:
  // `database` must outlive the writer. Fails with kStorage.
  static Result<std::unique_ptr<SqliteWriter>> create(Database& database, std::int64_t owner);

  // All of `batch`, or on kStorage nothing of it.
  Result<void> commit(const std::deque<StoreWrite>& batch, Durability durability);
  // A transaction of its own. Fails with kRunNotFound, kStorage.
  Result<void> remove(const std::string& run_id);
  // Durable, in a transaction of its own. Stores `answer`, or sets it to the one that came first.
  // Fails with kRunNotFound, kStorage.
  Result<void> put_answer(const std::string& run_id, Answer& answer);

 private:
  struct Statements {
    Statement put_run, add_run, find_run, release_run;
    Statement add_stream, add_event, add_deltas, raise_counter;
  };
  SqliteWriter(Database& database, std::int64_t owner, Statements statements,
               CheckpointWriter checkpoints)
      : database_(database),
        owner_(owner),
        statements_(std::move(statements)),
        checkpoints_(std::move(checkpoints)) {}

  Result<void> set_durability(Durability durability);
  Result<void> write_all(const std::deque<StoreWrite>& batch, Durability durability);
  Result<void> write(const RunRecord& record);
  Result<void> write(const AppendEntries& append);
  Result<void> write(const PutEntry& put);
  Result<void> write(const DropEntries& drop);
  Result<void> write(const ReleaseRun& release);
  Result<void> write_event(std::int64_t run_no, const StoredEntry& entry);
  Result<void> collect_delta(std::int64_t run_no, const StoredEntry& entry);
  Result<void> added(std::int64_t run_no, Result<void> done);
  Result<void> write_collected();
  // 0 = no such run.
  Result<std::int64_t> find_run_no(const std::string& run_id);
  // Fails with kRunNotFound.
  Result<std::int64_t> stored_run_no(const std::string& run_id);
  // Makes a run that is not there.
  Result<std::int64_t> run_no_of(const std::string& run_id);
  // Ends a transaction by `done`.
  Result<void> end(Result<void> done);

  Database& database_;
  std::set<std::int64_t> disputed_;  // Runs found to have two writers; told once.
  std::int64_t owner_;
  Statements statements_;
  CheckpointWriter checkpoints_;
  Durability durability_ = Durability::kCommitted;  // What the connection is set to.
  bool unsynced_ = false;                           // There is a commit that no fsync has followed.
  std::unordered_map<std::string, std::int64_t> run_nos_;
  // The deltas of this transaction, by run and stream.
  std::map<std::pair<std::int64_t, std::uint32_t>, DeltaChunks> collected_;
};

}  // namespace tactus::journal
