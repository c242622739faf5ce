#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class SqliteFailureTest : public SqliteStoreTest {};

TEST_F(SqliteFailureTest, AppendWaitsAtTheQueuesBoundUntilTheDiskKeepsUp) {
  auto store = open({.commit_delay = std::chrono::milliseconds(1), .queue_bytes_max = 4096});
  store->append("run_1", {entry(1)});
  ASSERT_TRUE(flush(*store));
  std::optional<WriteLock> lock(std::in_place, path_);
  std::atomic<int> appended = 0;
  std::jthread writer([&] {
    for (EventSeq seq = 2; seq <= 12; ++seq) {
      store->append("run_1", {entry(seq, "\"" + std::string(1000, 'x') + "\"")});
      ++appended;
    }
  });
  // At the bound the count cannot grow past what fits; nothing else lets the writer go on.
  while (appended < 3) std::this_thread::yield();
  EXPECT_LE(appended, 4);
  lock.reset();
  writer.join();
  ASSERT_TRUE(flush(*store));
  EXPECT_EQ(store->entries("run_1")->size(), 12u);
}

// The file may not grow: what a full disk does, for this process alone.
class DiskLimit {
 public:
  explicit DiskLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~DiskLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_DFL);
  }

 private:
  rlimit before_{};
};

TEST_F(SqliteFailureTest, AFullDiskFailsTheFlushAndLosesNothingThatFitsTheQueue) {
  auto store = open();
  store->append("run_1", {entry(1)});
  ASSERT_TRUE(flush(*store));
  {
    const DiskLimit limit(200'000);
    store->append("run_1", {entry(2, "\"" + std::string(1'000'000, 'x') + "\"")});
    const Result<void> flushed = flush(*store);
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, ErrorCode::kStorage);
    EXPECT_FALSE(flushed.error().hint.empty());
  }
  store->append("run_1", {entry(3)});
  ASSERT_TRUE(flush(*store));
  EXPECT_EQ(store->entries("run_1")->size(), 3u);
}

TEST_F(SqliteFailureTest, WhatAFullDiskAndAFullQueueDropIsReportedForGood) {
  auto store = open({.queue_bytes_max = 4096});
  {
    const DiskLimit limit(100'000);
    store->append("run_1", {entry(1, "\"" + std::string(1'000'000, 'x') + "\"")});
    ASSERT_FALSE(flush(*store));
    store->append("run_1", {entry(2)});
    store->append("run_1", {entry(3)});
  }
  const Result<void> flushed = flush(*store);
  ASSERT_FALSE(flushed);
  EXPECT_THAT(flushed.error().message, HasSubstr("lost"));
  EXPECT_EQ(store->entries("run_1")->size(), 1u) << "the log on disk has no gap";
}

TEST_F(SqliteFailureTest, RefusesWhatIsNotADatabase) {
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  std::ofstream(path_) << std::string(5000, 'x');
  const auto store = open_sqlite_store(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  EXPECT_THAT(store.error().hint, HasSubstr("not a database"));
}

TEST_F(SqliteFailureTest, RefusesAStoreOfANewerVersionAndLeavesItAlone) {
  open();
  run_sql(path_, "PRAGMA user_version=99");
  const auto store = open_sqlite_store(path_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  EXPECT_THAT(store.error().message, HasSubstr("version 99"));
  EXPECT_THAT(store.error().hint, HasSubstr("update"));
}

TEST_F(SqliteFailureTest, RefusesTheDatabaseOfAnotherProgram) {
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path());
  run_sql(path_, "CREATE TABLE theirs(x)");
  const auto store = open_sqlite_store(path_);
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("not a run store"));
}

TEST_F(SqliteFailureTest, RefusesAFolderThatCannotBeWritten) {
  std::ofstream(folder_.file("file")) << "x";
  for (const std::string& path : {folder_.file("file/runs.db"), std::string("/proc/runs.db")}) {
    const auto store = open_sqlite_store(path);
    ASSERT_FALSE(store) << path;
    EXPECT_EQ(store.error().code, ErrorCode::kStorage);
    EXPECT_THAT(store.error().hint, HasSubstr("writable"));
  }
}

}  // namespace
}  // namespace tactus::journal
