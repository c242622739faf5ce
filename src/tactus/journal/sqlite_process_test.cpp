#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;

class SqliteProcessTest : public SqliteStoreTest {};

TEST_F(SqliteProcessTest, LeavesTheRunsOfAnotherLivingStoreAlone) {
  auto first = open();
  first->put_run(record("run_1"));
  ASSERT_TRUE(flush(*first));
  auto second = open();
  EXPECT_EQ((*second->find("run_1"))->status, RunStatus::kRunning);
  second->put_run(record("run_2"));
  first->append("run_1", {entry(1)});
  ASSERT_TRUE(flush(*first));
  ASSERT_TRUE(flush(*second));
  EXPECT_EQ(second->entries("run_1")->size(), 1u);
  auto third = open();
  EXPECT_EQ((*third->find("run_1"))->status, RunStatus::kRunning);
  EXPECT_EQ((*third->find("run_2"))->status, RunStatus::kRunning);
}

TEST_F(SqliteProcessTest, RunsThatAStoreLeftRunningBecomeInterrupted) {
  {
    auto store = open();
    store->put_run(record("run_1"));
    store->put_run(record("run_2", RunStatus::kCompleted));
    std::vector<StoredEntry> entries = {entry(1), entry(2)};
    entries[1].time = WallTime(std::chrono::milliseconds(1500));
    store->append("run_1", entries);
  }
  auto store = open();
  const RunRecord found = **store->find("run_1");
  EXPECT_EQ(found.status, RunStatus::kInterrupted);
  EXPECT_EQ(found.last_seq, 2u);
  EXPECT_EQ(found.ended_at, "1970-01-01T00:00:01.500000Z");
  EXPECT_EQ(found.duration_ms, 1500);
  EXPECT_EQ((*store->find("run_2"))->status, RunStatus::kCompleted);
}

// Starts `body` in a child process and gives the reading end of a pipe from it.
template <typename Body>
std::pair<pid_t, int> start_child(const Body& body) {
  int ends[2] = {};
  if (pipe(ends) != 0) return {-1, -1};
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    body(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  return {child, ends[0]};
}

TEST_F(SqliteProcessTest, AfterKill9EveryFlushedEntryIsThere) {
  // The child tells the last seq of each flush; then it is killed while it goes on appending.
  const auto [child, from_child] = start_child([this](int to_parent) {
    auto store = *open_sqlite_store(path_);
    store->put_run(record("run_1"));
    RunLog log({"run_1", "hello"}, 1, system_clock(), store.get());
    const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
    for (;;) {
      for (int i = 0; i < 50; ++i) log.append_delta(text, "word ");
      const EventSeq seq = log.append(event(EventType::kUsage, {}, text->turn));
      for (int i = 0; i < 7; ++i) log.append_delta(text, "more ");
      if (!run_to_end(log.flush())) _exit(1);
      const EventSeq flushed = seq + 7;
      if (write(to_parent, &flushed, sizeof flushed) != sizeof flushed) _exit(1);
    }
  });
  ASSERT_GT(child, 0);
  EventSeq flushed = 0;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(read(from_child, &flushed, sizeof flushed), static_cast<ssize_t>(sizeof flushed));
  }
  kill(child, SIGKILL);
  EventSeq later = 0;
  while (read(from_child, &later, sizeof later) == static_cast<ssize_t>(sizeof later)) {
    flushed = later;
  }
  close(from_child);
  waitpid(child, nullptr, 0);

  auto store = open();
  EXPECT_EQ((*store->find("run_1"))->status, RunStatus::kInterrupted);
  const auto log = RunLog::restore(*store, "run_1", clock_);  // Fails where the seq is not dense.
  ASSERT_TRUE(log) << to_string(log.error());
  EXPECT_GE((*log)->last_seq(), flushed);
  EXPECT_EQ((*store->find("run_1"))->last_seq, (*log)->last_seq());
}

TEST_F(SqliteProcessTest, TwoProcessesMayOpenANewStoreAtOnceAndWriteTogether) {
  std::vector<std::pair<pid_t, int>> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(start_child([this, i](int) {
      auto store = open_sqlite_store(path_);
      if (!store) _exit(1);
      const std::string run_id = "run_" + std::to_string(i);
      (*store)->put_run(record(run_id));
      for (EventSeq seq = 1; seq <= 50; ++seq) {
        (*store)->append(run_id, {entry(seq)});
        if (seq % 10 == 0 && !run_to_end((*store)->flush())) _exit(2);
        // Nobody may have taken this living process for a dead one.
        const auto found = (*store)->find(run_id);
        if (seq > 10 && (!found || !*found || (*found)->status != RunStatus::kRunning)) _exit(3);
      }
      store->reset();
      _exit(0);
    }));
  }
  for (const auto& [child, from_child] : children) {
    int status = 0;
    waitpid(child, &status, 0);
    close(from_child);
    EXPECT_EQ(status, 0) << "exit code " << WEXITSTATUS(status);
  }
  auto store = open();
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(store->entries("run_" + std::to_string(i))->size(), 50u);
  }
}

}  // namespace
}  // namespace tactus::journal
