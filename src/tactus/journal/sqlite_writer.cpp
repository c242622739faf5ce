#include <spdlog/spdlog.h>

#include <tactus/base/utf8.hpp>
#include <tactus/journal/sqlite_schema.hpp>
#include <tactus/journal/sqlite_writer.hpp>

namespace tactus::journal {
namespace {

constexpr std::size_t kRunNosMax =
    4096;  // Known numbers of runs; above it they are looked up anew.

constexpr std::string_view kPutRun =
    "INSERT INTO runs(run_id, procedure_id, path, source_hash, status, generation, started_at,"
    " ended_at, duration_ms, total_tokens, total_cost, last_seq, inputs, result, error, owner,"
    " seed, overrides, context, source, pending, files)"
    " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT(run_id) DO UPDATE SET procedure_id=excluded.procedure_id, path=excluded.path,"
    " source_hash=excluded.source_hash, status=excluded.status, generation=excluded.generation,"
    " started_at=excluded.started_at, ended_at=excluded.ended_at,"
    " duration_ms=excluded.duration_ms, total_tokens=excluded.total_tokens,"
    " total_cost=excluded.total_cost, last_seq=excluded.last_seq, inputs=excluded.inputs,"
    " result=excluded.result, error=excluded.error, owner=excluded.owner,"
    " seed=excluded.seed, overrides=excluded.overrides, context=excluded.context,"
    " source=excluded.source, pending=excluded.pending, files=excluded.files"
    " WHERE runs.owner IS NULL OR runs.owner=?23";

}  // namespace

Result<std::unique_ptr<SqliteWriter>> SqliteWriter::create(Database& database, std::int64_t owner) {
  auto put_run = database.prepare(kPutRun);
  auto add_run = database.prepare("INSERT INTO runs(run_id, owner) VALUES(?,?)");
  auto find_run = database.prepare("SELECT run_no FROM runs WHERE run_id=?");
  auto release_run = database.prepare("UPDATE runs SET owner=NULL WHERE run_id=? AND owner=?");
  auto add_stream = database.prepare(
      "INSERT OR IGNORE INTO streams(run_no, stream_key, type, json) VALUES(?,?,?,?)");
  auto add_event = database.prepare(
      "INSERT OR IGNORE INTO events(position, type, time_ns, json) VALUES(?,?,?,?)");
  auto add_deltas = database.prepare(
      "INSERT OR IGNORE INTO deltas(position, stream_key, chunks, text) VALUES(?,?,?,?)");
  auto raise = database.prepare("UPDATE meta SET value=value+1 WHERE key='durable_commits'");
  for (auto* statement : {&put_run, &add_run, &find_run, &release_run, &add_stream, &add_event,
                          &add_deltas, &raise}) {
    if (!*statement) return fail(statement->error());
  }
  auto checkpoints = CheckpointWriter::create(database);
  if (!checkpoints) return fail(checkpoints.error());
  return std::unique_ptr<SqliteWriter>(
      new SqliteWriter(database, owner,
                       Statements{*std::move(put_run), *std::move(add_run), *std::move(find_run),
                                  *std::move(release_run), *std::move(add_stream),
                                  *std::move(add_event), *std::move(add_deltas), *std::move(raise)},
                       *std::move(checkpoints)));
}

Result<void> SqliteWriter::commit(const std::deque<StoreWrite>& batch, Durability durability) {
  const bool only_sync = batch.empty();
  if (only_sync && (durability == Durability::kCommitted || !unsynced_)) return {};
  if (auto set = set_durability(durability); !set) return set;
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> done = end(write_all(batch, durability));
  if (done) unsynced_ = durability == Durability::kCommitted;
  return done;
}

Result<void> SqliteWriter::set_durability(Durability durability) {
  if (durability == durability_) return {};
  // Has no effect inside a transaction, so it is set before one.
  Result<void> set = database_.run(
      durability == Durability::kDurable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  if (set) durability_ = durability;
  return set;
}

Result<void> SqliteWriter::end(Result<void> done) {
  if (done) done = database_.run("COMMIT");
  if (done) return done;
  // After an error that has ended the transaction already, this one fails; the first error counts.
  (void)database_.run("ROLLBACK");
  collected_.clear();
  run_nos_.clear();  // Some may have been numbers of runs that are not there now.
  return done;
}

Result<void> SqliteWriter::write_all(const std::deque<StoreWrite>& batch, Durability durability) {
  for (const StoreWrite& item : batch) {
    if (auto done = std::visit([this](const auto& what) { return write(what); }, item); !done) {
      return done;
    }
  }
  if (auto done = write_collected(); !done) return done;
  if (durability == Durability::kDurable) return statements_.raise_counter.run();
  return {};
}

Result<void> SqliteWriter::write(const RunRecord& record) {
  const std::string inputs = stored_json(record.inputs);
  const std::string result = stored_json(record.result);
  const std::string error = stored_json(record.error);
  const std::string overrides = stored_json(record.overrides);
  const std::string context = stored_json(record.context);
  const std::string pending = stored_json(record.pending);
  const std::string files = stored_json(record.files);
  Statement& put = statements_.put_run;
  put.bind(1, std::string_view(record.run_id)).bind(2, std::string_view(record.procedure_id));
  put.bind(3, std::string_view(record.path)).bind(4, std::string_view(record.source_hash));
  put.bind(5, run_status_name(record.status)).bind(6, std::int64_t{record.generation});
  put.bind(7, std::string_view(record.started_at)).bind(8, std::string_view(record.ended_at));
  put.bind(9, record.duration_ms).bind(10, record.total_tokens);
  if (record.total_cost) {
    put.bind(11, *record.total_cost);
  } else {
    put.bind_null(11);
  }
  put.bind(12, static_cast<std::int64_t>(record.last_seq)).bind(13, std::string_view(inputs));
  put.bind(14, std::string_view(result)).bind(15, std::string_view(error));
  if (is_live(record.status)) {
    put.bind(16, owner_);
  } else {
    put.bind_null(16);
  }
  put.bind(17, record.seed).bind(18, std::string_view(overrides));
  put.bind(19, std::string_view(context));
  if (record.source) {
    put.bind(20, std::string_view(*record.source));
  } else {
    put.bind_null(20);
  }
  put.bind(21, std::string_view(pending)).bind(22, std::string_view(files)).bind(23, owner_);
  if (auto done = put.run(); !done || database_.changed_rows() > 0) return done;
  spdlog::error("run '{}' belongs to another process; its record was not changed", record.run_id);
  return {};
}

Result<void> SqliteWriter::write(const PutEntry& put) {
  const Result<std::int64_t> run_no = run_no_of(put.run_id);
  if (!run_no) return fail(run_no.error());
  return checkpoints_.put(*run_no, put.entry);
}

Result<void> SqliteWriter::write(const DropEntries& drop) {
  const Result<std::int64_t> run_no = find_run_no(drop.run_id);
  if (!run_no) return fail(run_no.error());
  for (const std::string& position : drop.positions) {
    if (auto done = checkpoints_.drop(*run_no, position); !done) return done;
  }
  return {};
}

Result<void> SqliteWriter::write(const ReleaseRun& release) {
  return statements_.release_run.bind(1, std::string_view(release.run_id)).bind(2, owner_).run();
}

Result<void> SqliteWriter::write(const AppendEntries& append) {
  const Result<std::int64_t> run_no = run_no_of(append.run_id);
  if (!run_no) return fail(run_no.error());
  for (const StoredEntry& entry : append.entries) {
    Result<void> done =
        entry.stream_key == 0 ? write_event(*run_no, entry) : collect_delta(*run_no, entry);
    if (!done) return done;
  }
  return {};
}

// A place in the log that is taken means that two processes write one run. The first entry stays: a
// log is never rewritten. Failing instead would hold up the commits of all other runs for good.
Result<void> SqliteWriter::added(std::int64_t run_no, Result<void> done) {
  if (done && database_.changed_rows() == 0 && disputed_.insert(run_no).second) {
    spdlog::error("run number {} is written by two processes; what came second is not stored",
                  run_no);
  }
  return done;
}

Result<void> SqliteWriter::write_event(std::int64_t run_no, const StoredEntry& entry) {
  return added(run_no, statements_.add_event.bind(1, entry_position(run_no, entry.seq))
                           .bind(2, event_type_name(entry.type))
                           .bind(3, std::int64_t{entry.time.time_since_epoch().count()})
                           .bind(4, std::string_view(entry.json))
                           .run());
}

Result<void> SqliteWriter::collect_delta(std::int64_t run_no, const StoredEntry& entry) {
  if (!entry.json.empty()) {
    Result<void> done = added(run_no, statements_.add_stream.bind(1, run_no)
                                          .bind(2, std::int64_t{entry.stream_key})
                                          .bind(3, event_type_name(entry.type))
                                          .bind(4, std::string_view(entry.json))
                                          .run());
    if (!done) return done;
  }
  const auto key = std::pair(run_no, entry.stream_key);
  collected_.try_emplace(key, entry.seq).first->second.add(entry.seq, entry.time, entry.text);
  return {};
}

Result<void> SqliteWriter::write_collected() {
  for (const auto& [key, deltas] : collected_) {
    Result<void> done = added(
        key.first, statements_.add_deltas.bind(1, entry_position(key.first, deltas.first_seq()))
                       .bind(2, std::int64_t{key.second})
                       .bind_blob(3, deltas.chunks())
                       .bind(4, deltas.text())
                       .run());
    if (!done) return done;
  }
  collected_.clear();
  return {};
}

Result<std::int64_t> SqliteWriter::find_run_no(const std::string& run_id) {
  if (const auto known = run_nos_.find(run_id); known != run_nos_.end()) return known->second;
  Statement& find = statements_.find_run;
  const Result<bool> row = find.bind(1, std::string_view(run_id)).step();
  if (!row) return fail(row.error());
  const std::int64_t run_no = *row ? find.integer(0) : 0;
  find.reset();
  return run_no;
}

Result<std::int64_t> SqliteWriter::run_no_of(const std::string& run_id) {
  const Result<std::int64_t> found = find_run_no(run_id);
  if (!found) return found;
  std::int64_t run_no = *found;
  if (run_no == 0) {
    Result<void> added =
        statements_.add_run.bind(1, std::string_view(run_id)).bind(2, owner_).run();
    if (!added) return fail(added.error());
    run_no = database_.last_insert_id();
  }
  if (run_nos_.size() >= kRunNosMax) run_nos_.clear();
  run_nos_[run_id] = run_no;
  return run_no;
}

// Not from what is remembered: another process may have removed the run meanwhile.
Result<std::int64_t> SqliteWriter::stored_run_no(const std::string& run_id) {
  run_nos_.erase(run_id);
  const Result<std::int64_t> run_no = find_run_no(run_id);
  if (run_no && *run_no == 0) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  return run_no;
}

Result<void> SqliteWriter::remove(const std::string& run_id) {
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
  const auto remove_all = [&]() -> Result<void> {
    const Result<std::int64_t> run_no = stored_run_no(run_id);
    if (!run_no) return fail(run_no.error());
    const std::string range =
        fmt::format(" WHERE position >= {} AND position < {};", entry_position(*run_no, 0),
                    entry_position(*run_no + 1, 0));
    std::string sql = "DELETE FROM events" + range + "DELETE FROM deltas" + range;
    for (const std::string_view table : {"streams", "checkpoints", "answers", "runs"}) {
      sql += fmt::format("DELETE FROM {} WHERE run_no={};", table, *run_no);
    }
    return database_.run(sql.c_str());
  };
  Result<void> done = end(remove_all());
  if (done) unsynced_ = true;
  run_nos_.erase(run_id);
  return done;
}

Result<void> SqliteWriter::put_answer(const std::string& run_id, Answer& answer) {
  if (auto set = set_durability(Durability::kDurable); !set) return set;
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return begun;
  const auto put = [&]() -> Result<void> {
    const Result<std::int64_t> run_no = stored_run_no(run_id);
    if (!run_no) return fail(run_no.error());
    return checkpoints_.put_answer(*run_no, answer);
  };
  return end(put());
}

}  // namespace tactus::journal
