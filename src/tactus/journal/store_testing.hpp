// What the tests of the SQLite store share. Tests only.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal::testing {

inline RunRecord record(std::string run_id, RunStatus status = RunStatus::kRunning) {
  RunRecord made;
  made.run_id = std::move(run_id);
  made.procedure_id = "hello";
  made.status = status;
  return made;
}

inline StoredEntry entry(EventSeq seq, std::string json = "{}") {
  StoredEntry made;
  made.seq = seq;
  made.type = EventType::kLog;
  made.json = std::move(json);
  return made;
}

// Changes a store's file behind its back.
inline void run_sql(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_busy_timeout(database, 10'000);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

// The only column of the only row; -1 if there is none.
inline std::int64_t query_sql(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  std::int64_t value = -1;
  const auto take = [](void* to, int, char** columns, char**) {
    *static_cast<std::int64_t*>(to) = std::atoll(columns[0]);
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql, take, &value, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
  return value;
}

// While it lives, nobody else can write to the file.
class WriteLock {
 public:
  explicit WriteLock(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    sqlite3_busy_timeout(database_, 10'000);
    EXPECT_EQ(sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~WriteLock() {
    sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(database_);
  }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  sqlite3* database_ = nullptr;
};

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open(const SqliteOptions& options = {}) {
    auto store = open_sqlite_store(path_, options);
    EXPECT_TRUE(store) << to_string(store.error());
    return store ? *std::move(store) : nullptr;
  }
  static Result<void> flush(Store& store) { return run_to_end(store.flush()); }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("deep/runs.db");
  ManualClock clock_;
};

}  // namespace tactus::journal::testing
