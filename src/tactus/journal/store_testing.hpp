// What the tests of the SQLite store share. Tests only.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

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
