// Files that an earlier version wrote.
#include <sqlite3.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;

// A file of version 1 with one ended run, one that was cut off, and their logs.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('durable_commits', 4);
CREATE TABLE owners(owner INTEGER PRIMARY KEY AUTOINCREMENT, pid INTEGER NOT NULL);
INSERT INTO owners VALUES(3, 1);
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
INSERT INTO runs(run_id, procedure_id, status, total_tokens, last_seq, inputs, result)
  VALUES('run_old', 'hello', 'completed', 42, 1, '{"topic":"tea"}', '"done"');
INSERT INTO runs(run_id, procedure_id, owner) VALUES('run_cut', 'hello', 3);
INSERT INTO events VALUES((1 << 32) | 1, 'log', 0, '{"seq":1}');
INSERT INTO events VALUES((2 << 32) | 1, 'log', 0, '{"seq":1}');
PRAGMA application_id=1413563220;
PRAGMA user_version=1;
)sql";

class SqliteMigrationTest : public SqliteStoreTest {
 protected:
  SqliteMigrationTest() {
    std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  }
};

TEST_F(SqliteMigrationTest, AFileOfVersion1IsReadAndWrittenAsANewOne) {
  run_sql(path_, kVersion1);
  {
    auto store = open();
    ASSERT_TRUE(store);
    const auto old = store->find("run_old");
    ASSERT_TRUE(old && *old);
    EXPECT_EQ((*old)->status, RunStatus::kCompleted);
    EXPECT_EQ((*old)->total_tokens, 42);
    EXPECT_EQ((*old)->inputs.at("topic"), "tea");
    EXPECT_EQ((*old)->result, "done");
    EXPECT_EQ((*old)->seed, 0);
    EXPECT_TRUE((*old)->overrides.empty());
    EXPECT_TRUE((*old)->context.empty());
    EXPECT_FALSE((*old)->source);
    EXPECT_TRUE((*old)->pending.empty());
    EXPECT_TRUE((*old)->files.empty());
    EXPECT_EQ((*store->find("run_cut"))->status, RunStatus::kInterrupted);
    EXPECT_EQ(store->entries("run_old")->size(), 1u);
    ASSERT_TRUE(store->claim("run_cut"));
    CheckpointEntry put;
    put.position = "0";
    store->put_entry("run_cut", put);
    ASSERT_TRUE(store->put_answer("run_cut", {"q", true, ""}));
  }
  EXPECT_EQ(query_sql(path_, "PRAGMA user_version"), 3);
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(store->checkpoint_entries("run_cut")->size(), 1u);
  EXPECT_EQ(store->answers("run_cut")->size(), 1u);
}

TEST_F(SqliteMigrationTest, AStepThatFailsChangesNothing) {
  run_sql(path_, kVersion1);
  run_sql(path_, "CREATE TABLE answers(in_the_way)");
  const auto store = open_sqlite_store(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  EXPECT_EQ(query_sql(path_, "PRAGMA user_version"), 1);
  EXPECT_EQ(query_sql(path_, "SELECT count(*) FROM pragma_table_info('runs') WHERE name='seed'"),
            0);
  EXPECT_EQ(query_sql(path_, "SELECT count(*) FROM runs"), 2);
}

}  // namespace
}  // namespace tactus::journal
