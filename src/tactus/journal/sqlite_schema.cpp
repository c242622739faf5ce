#include <array>

#include <tactus/journal/sqlite_schema.hpp>

namespace tactus::journal {
namespace {

constexpr std::int64_t kApplicationId = 0x54414354;  // "TACT": the file says whose it is.

// `deltas`: one row per stream and commit. `text` is the pieces joined, `chunks` where each begins
// and when it came (delta_chunks.hpp). `owners`: a row for each open store (store_owner.hpp).
// `meta`: the counter 'durable_commits', which a flush raises when it has nothing else to write.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('durable_commits', 0);
CREATE TABLE owners(owner INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL);
CREATE TABLE runs(
  run_no INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE,
  procedure_id TEXT NOT NULL DEFAULT '', path TEXT NOT NULL DEFAULT '',
  source_hash TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'running',
  generation INTEGER NOT NULL DEFAULT 1, started_at TEXT NOT NULL DEFAULT '',
  ended_at TEXT NOT NULL DEFAULT '', duration_ms INTEGER NOT NULL DEFAULT 0,
  total_tokens INTEGER NOT NULL DEFAULT 0, total_cost REAL, last_seq INTEGER NOT NULL DEFAULT 0,
  inputs TEXT NOT NULL DEFAULT '{}', result TEXT NOT NULL DEFAULT 'null',
  error TEXT NOT NULL DEFAULT 'null', owner INTEGER);
CREATE INDEX runs_by_procedure ON runs(procedure_id, run_no);
CREATE INDEX runs_by_status ON runs(status, run_no);
CREATE TABLE streams(
  run_no INTEGER NOT NULL, stream_key INTEGER NOT NULL, type TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(run_no, stream_key)) WITHOUT ROWID;
CREATE TABLE events(
  position INTEGER PRIMARY KEY, type TEXT NOT NULL, time_ns INTEGER NOT NULL, json TEXT NOT NULL);
CREATE TABLE deltas(
  position INTEGER PRIMARY KEY, stream_key INTEGER NOT NULL, chunks BLOB NOT NULL,
  text TEXT NOT NULL);
)sql";

// What a run needs to be resumed. `checkpoints` has one row for each recorded operation, by its
// position; as text, so that "what is nested in 3" is the range from '3.' to '3/'. The first answer
// to a request stays.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE runs ADD COLUMN seed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN overrides TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN context TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN source TEXT;
ALTER TABLE runs ADD COLUMN pending TEXT NOT NULL DEFAULT '[]';
CREATE INDEX runs_by_owner ON runs(owner) WHERE owner IS NOT NULL;
CREATE TABLE checkpoints(
  run_no INTEGER NOT NULL, position TEXT NOT NULL, type TEXT NOT NULL, name TEXT NOT NULL,
  status TEXT NOT NULL, completion INTEGER NOT NULL, started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL, input_hash TEXT NOT NULL, start TEXT NOT NULL, result TEXT NOT NULL,
  error TEXT NOT NULL, effects TEXT NOT NULL, usage TEXT NOT NULL, UNIQUE(run_no, position));
CREATE TABLE answers(
  answer_no INTEGER PRIMARY KEY, run_no INTEGER NOT NULL, request_id TEXT NOT NULL,
  value TEXT NOT NULL, responded_at TEXT NOT NULL, UNIQUE(run_no, request_id));
)sql";

// The files that a run has pulled in besides its own, with their hashes.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE runs ADD COLUMN files TEXT NOT NULL DEFAULT '{}';
)sql";

// The step from version i to i + 1. A new file takes them all, so that it is the same as an old one
// that was brought up to date. Never changed, only added to.
constexpr std::array<const char*, 3> kSteps = {kVersion1, kVersion2, kVersion3};
constexpr std::int64_t kSchemaVersion = kSteps.size();

Result<void> check_version(Database& database, std::int64_t version, const std::string& path) {
  const Result<std::int64_t> application = database.query_integer("PRAGMA application_id");
  if (!application) return fail(application.error());
  if (*application != kApplicationId) {
    return fail(Error{.code = ErrorCode::kStorage,
                      .message = "'" + path + "' is a database, but not a run store",
                      .hint = "name another file with --storage",
                      .place = {},
                      .path = {}});
  }
  if (version > kSchemaVersion || version < 1) {
    return fail(Error{.code = ErrorCode::kStorage,
                      .message = fmt::format("the run store '{}' has version {}, this program "
                                             "knows versions up to {}",
                                             path, version, kSchemaVersion),
                      .hint = "update Tactus, or name another file with --storage",
                      .place = {},
                      .path = {}});
  }
  return {};
}

Result<void> bring_up_to_date(Database& database, std::int64_t version) {
  if (version == kSchemaVersion) return {};
  std::string sql;
  for (std::int64_t i = version; i < kSchemaVersion; ++i)
    sql += kSteps[static_cast<std::size_t>(i)];
  sql += fmt::format("PRAGMA application_id={};\nPRAGMA user_version={};", kApplicationId,
                     kSchemaVersion);
  return database.run(sql.c_str());
}

// Inside a transaction that excludes other writers: two processes may open a new file at once.
Result<void> check_or_make(Database& database, const std::string& path) {
  const Result<std::int64_t> tables = database.query_integer("SELECT count(*) FROM sqlite_master");
  if (!tables) return fail(tables.error());
  if (*tables == 0) return bring_up_to_date(database, 0);
  const Result<std::int64_t> version = database.query_integer("PRAGMA user_version");
  if (!version) return fail(version.error());
  if (auto fits = check_version(database, *version, path); !fits) return fits;
  return bring_up_to_date(database, *version);
}

}  // namespace

Result<StoreVersion> version_of(Database& database, const std::string& path) {
  const Result<std::int64_t> version = database.query_integer("PRAGMA user_version");
  if (!version) return fail(version.error());
  const Result<std::int64_t> tables = database.query_integer("SELECT count(*) FROM sqlite_master");
  if (!tables) return fail(tables.error());
  if (*tables > 0) {
    if (auto fits = check_version(database, *version, path); !fits) return fail(fits.error());
  }
  return StoreVersion{*version, kSchemaVersion};
}

Result<void> prepare_schema(Database& database, const std::string& path) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun;
  Result<void> done = check_or_make(database, path);
  if (done) done = database.run("COMMIT");
  // After an error that has ended the transaction already, this one fails; the first error counts.
  if (!done) (void)database.run("ROLLBACK");
  return done;
}

}  // namespace tactus::journal
