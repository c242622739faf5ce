#include <algorithm>
#include <unordered_map>

#include <tactus/journal/delta_chunks.hpp>
#include <tactus/journal/sqlite_reader.hpp>
#include <tactus/journal/sqlite_schema.hpp>

namespace tactus::journal {
namespace {

struct StreamRow {
  EventType type = EventType::kAgentStreamChunk;
  std::string json;
};
using StreamRows = std::unordered_map<std::uint32_t, StreamRow>;

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::kStorage, fmt::format("the run store holds {}", what));
}

RunRecord record_of(const Statement& columns, DamageReport& report) {
  RunRecord record;
  record.run_id = columns.text(0);
  StoredRow row(columns, "run '" + record.run_id + "'", report);
  record.procedure_id = row.text(1);
  record.path = row.text(2);
  record.source_hash = row.text(3);
  const auto status = run_status_from_name(columns.text(4));
  if (!status) row.tell("an unknown status");
  record.status = status.value_or(RunStatus::kInterrupted);
  record.generation = static_cast<int>(row.integer(5));
  record.started_at = row.text(6);
  record.ended_at = row.text(7);
  record.duration_ms = row.integer(8);
  record.total_tokens = row.integer(9);
  if (!columns.is_null(10)) record.total_cost = columns.real(10);
  record.last_seq = static_cast<EventSeq>(std::max<std::int64_t>(row.integer(11), 0));
  record.inputs = row.object(12);
  record.result = row.json(13);
  record.error = row.json(14);
  record.seed = row.integer(15);
  record.overrides = row.object(16);
  record.context = row.object(17);
  if (!columns.is_null(18)) record.source = row.text(18);
  record.pending = row.array(19);
  record.files = row.object(20);
  return record;
}

constexpr std::string_view kSelectRun =
    "SELECT run_id, procedure_id, path, source_hash, status, generation, started_at, ended_at,"
    " duration_ms, total_tokens, total_cost, last_seq, inputs, result, error, seed, overrides, "
    "context,"
    " source, pending, files FROM runs ";

// A run's range of positions, as parameters 1 and 2.
void bind_range(Statement& select, std::int64_t run_no) {
  select.bind(1, entry_position(run_no, 0)).bind(2, entry_position(run_no + 1, 0));
}

Result<StreamRows> read_streams(Database& database, std::int64_t run_no) {
  Result<Statement> select =
      database.prepare("SELECT stream_key, type, json FROM streams WHERE run_no=?");
  if (!select) return fail(select.error());
  select->bind(1, run_no);
  StreamRows streams;
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return streams;
    const auto type = event_type_from_name(select->text(1));
    if (!type) return damaged("a stream of unknown type");
    streams[static_cast<std::uint32_t>(select->integer(0))] = {*type, std::string(select->text(2))};
  }
}

Result<void> read_events(Database& database, std::int64_t run_no,
                         std::vector<StoredEntry>& entries) {
  Result<Statement> select = database.prepare(
      "SELECT position, type, time_ns, json FROM events WHERE position >= ? AND position < ?");
  if (!select) return fail(select.error());
  bind_range(*select, run_no);
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const auto type = event_type_from_name(select->text(1));
    if (!type) return damaged("an event of unknown type");
    StoredEntry entry;
    entry.seq = seq_at(select->integer(0));
    entry.type = *type;
    entry.time = WallTime(std::chrono::nanoseconds(select->integer(2)));
    entry.json = select->text(3);
    entries.push_back(std::move(entry));
  }
}

Result<void> read_deltas(Database& database, std::int64_t run_no, const StreamRows& streams,
                         std::vector<StoredEntry>& entries) {
  Result<Statement> select = database.prepare(
      "SELECT position, stream_key, chunks, text FROM deltas WHERE position >= ? AND position < ?");
  if (!select) return fail(select.error());
  bind_range(*select, run_no);
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return {};
    const auto key = static_cast<std::uint32_t>(select->integer(1));
    const auto stream = streams.find(key);
    if (stream == streams.end()) return damaged("text of an unknown stream");
    const StoredDeltas stored{seq_at(select->integer(0)), select->text(2), select->text(3)};
    if (auto done = split_deltas(stored, key, stream->second.type, entries); !done) return done;
  }
}

}  // namespace

Result<std::optional<std::int64_t>> find_run_no(Database& database, const std::string& run_id) {
  Result<Statement> select = database.prepare("SELECT run_no FROM runs WHERE run_id=?");
  if (!select) return fail(select.error());
  const Result<bool> row = select->bind(1, std::string_view(run_id)).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<std::int64_t>{};
  return std::optional(select->integer(0));
}

Result<std::vector<RunRecord>> list_runs(Database& database, const RunQuery& query,
                                         DamageReport& report) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!query.before_run_id.empty()) {
    const Result<std::optional<std::int64_t>> run_no = find_run_no(database, query.before_run_id);
    if (!run_no) return fail(run_no.error());
    if (!*run_no) return fail(ErrorCode::kRunNotFound, "no run '" + query.before_run_id + "'");
    before = **run_no;
  }
  std::string sql = std::string(kSelectRun) + "WHERE run_no < ?1";
  if (!query.procedure_id.empty()) sql += " AND procedure_id = ?2";
  if (query.status) sql += " AND status = ?3";
  sql += " ORDER BY run_no DESC LIMIT ?4";
  Result<Statement> select = database.prepare(sql);
  if (!select) return fail(select.error());
  select->bind(1, before);
  if (!query.procedure_id.empty()) select->bind(2, std::string_view(query.procedure_id));
  if (query.status) select->bind(3, run_status_name(*query.status));
  select->bind(4, static_cast<std::int64_t>(std::clamp<std::size_t>(query.limit, 1, 200)));
  std::vector<RunRecord> records;
  for (;;) {
    const Result<bool> row = select->step();
    if (!row) return fail(row.error());
    if (!*row) return records;
    records.push_back(record_of(*select, report));
  }
}

Result<std::optional<RunRecord>> find_run(Database& database, const std::string& run_id,
                                          DamageReport& report) {
  Result<Statement> select = database.prepare(std::string(kSelectRun) + "WHERE run_id = ?");
  if (!select) return fail(select.error());
  const Result<bool> row = select->bind(1, std::string_view(run_id)).step();
  if (!row) return fail(row.error());
  if (!*row) return std::optional<RunRecord>{};
  return std::optional(record_of(*select, report));
}

Result<std::vector<StoredEntry>> read_entries(Database& database, const std::string& run_id) {
  const Result<std::optional<std::int64_t>> run_no = find_run_no(database, run_id);
  if (!run_no) return fail(run_no.error());
  if (!*run_no) return fail(ErrorCode::kRunNotFound, "no run '" + run_id + "'");
  return read_entries_of(database, **run_no);
}

Result<std::vector<StoredEntry>> read_entries_of(Database& database, std::int64_t run_no) {
  // One transaction, so that the three tables are of one moment while the writer goes on.
  if (auto begun = database.run("BEGIN"); !begun) return fail(begun.error());
  std::vector<StoredEntry> entries;
  Result<StreamRows> streams = read_streams(database, run_no);
  Result<void> done = streams ? Result<void>{} : fail(streams.error());
  if (done) done = read_events(database, run_no, entries);
  if (done) done = read_deltas(database, run_no, *streams, entries);
  if (auto ended = database.run("COMMIT"); done && !ended) done = ended;
  if (!done) return fail(done.error());
  std::sort(entries.begin(), entries.end(),
            [](const StoredEntry& a, const StoredEntry& b) { return a.seq < b.seq; });
  // A stream is described by its first entry, as it was appended.
  for (StoredEntry& entry : entries) {
    if (entry.stream_key == 0) continue;
    const auto stream = streams->find(entry.stream_key);
    if (stream == streams->end()) continue;
    entry.json = std::move(stream->second.json);
    streams->erase(stream);
  }
  return entries;
}

}  // namespace tactus::journal
