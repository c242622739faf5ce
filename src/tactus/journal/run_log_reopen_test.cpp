// A log that goes on in a later generation.
#include <gmock/gmock.h>

#include <tactus/journal/run_log.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class RunLogReopenTest : public SqliteStoreTest {
 protected:
  // Two messages, the second of them broken off.
  std::vector<std::string> write_first_generation(Store& store) {
    store.put_run(record("run_1"));
    RunLog log({"run_1", "hello"}, 1, clock_, &store);
    log.append(event(EventType::kExecution, {{"lifecycle_stage", "start"}}));
    const DeltaStreamPtr first = message(turn_scope("t1"), "m1");
    const DeltaStreamPtr second = message(turn_scope("t1"), "m2");
    log.append_delta(first, "Once ");
    log.append_delta(first, "upon");
    log.append(event(EventType::kUsage, {}, first->turn));
    log.append_delta(second, "a ti");
    return read_entries_alone(log);
  }

  std::shared_ptr<RunLog> reopen(Store& store, int generation = 2) {
    auto log = RunLog::reopen(store, "run_1", generation, clock_);
    EXPECT_TRUE(log) << to_string(log.error());
    return log ? *log : nullptr;
  }
};

TEST_F(RunLogReopenTest, GoesOnAtTheNextSeqAndKeepsWhatThereWas) {
  std::vector<std::string> before;
  std::vector<std::string> after;
  {
    auto store = open();
    before = write_first_generation(*store);
  }
  {
    auto store = open();
    auto log = reopen(*store);
    ASSERT_TRUE(log);
    EXPECT_EQ(log->generation(), 2);
    EXPECT_FALSE(log->closed());
    EXPECT_EQ(read_entries_alone(*log), before);
    EXPECT_EQ(log->append(event(EventType::kExecution, {{"lifecycle_stage", "resumed"}})),
              before.size() + 1);
    // The same ids as before: still a stream of its own.
    EXPECT_EQ(log->append_delta(message(turn_scope("t1", 1), "m2"), "a time"), before.size() + 2);
    after = read_entries_alone(*log);
    ASSERT_TRUE(run_to_end(log->flush()));
  }
  ASSERT_EQ(after.size(), before.size() + 2);
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  EXPECT_THAT(after.back(), HasSubstr(R"("attempt":1)"));
  auto store = open();
  const auto restored = RunLog::restore(*store, "run_1", clock_);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(read_entries_alone(**restored), after);
}

TEST_F(RunLogReopenTest, MissesNothingThatIsStillQueued) {
  auto store = open({.commit_delay = std::chrono::hours(1)});
  const std::vector<std::string> before = write_first_generation(*store);
  auto log = reopen(*store);
  ASSERT_TRUE(log);
  EXPECT_EQ(read_entries_alone(*log), before);
}

TEST_F(RunLogReopenTest, GivesNewStreamsKeysThatTheStoreHasNeverUsed) {
  auto store = open();
  store->put_run(record("run_1"));
  StoredEntry stored = entry(1, R"({"event_type":"agent_stream_chunk","agent_name":"writer",)"
                                R"("turn_id":"t1","attempt":0,"message_id":"m1"})");
  stored.type = EventType::kAgentStreamChunk;
  stored.stream_key = 7;
  stored.text = "old";
  store->append("run_1", {stored});
  auto log = reopen(*store);
  ASSERT_TRUE(log);
  for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
    log->append_delta(message(turn_scope("t1"), id), id);
  }
  ASSERT_TRUE(run_to_end(log->flush()));
  const auto restored = RunLog::restore(*store, "run_1", clock_);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(read_entries_alone(**restored), read_entries_alone(*log));
}

TEST_F(RunLogReopenTest, MayBeReopenedAgainAndAgain) {
  std::vector<std::string> lines;
  {
    auto store = open();
    lines = write_first_generation(*store);
  }
  for (int generation = 2; generation < 6; ++generation) {
    auto store = open();
    auto log = reopen(*store, generation);
    ASSERT_TRUE(log);
    ASSERT_EQ(read_entries_alone(*log), lines);
    const DeltaStreamPtr text = message(turn_scope("t1"), "m" + std::to_string(generation));
    for (int i = 0; i < generation; ++i) log->append_delta(text, "é" + std::to_string(i));
    log->append(event(EventType::kLog, {{"generation", generation}}));
    lines = read_entries_alone(*log);
  }
}

TEST_F(RunLogReopenTest, AnUnknownRunIsNotReopened) {
  auto store = open();
  EXPECT_EQ(RunLog::reopen(*store, "run_9", 2, clock_).error().code, ErrorCode::kRunNotFound);
}

TEST_F(RunLogReopenTest, TheEventsOfATypeAreFoundWithoutItsDeltas) {
  RunLog log({"run_1", "hello"}, 1, clock_, nullptr);
  const DeltaStreamPtr arguments = tool_arguments(turn_scope("t1"), "c1");
  log.append(event(EventType::kExecution));
  log.append(event(EventType::kAgentToolCall, {{"stage", "started"}}, arguments->turn));
  log.append_delta(arguments, "{}");
  log.append(event(EventType::kLog));
  log.append(event(EventType::kAgentToolCall, {{"stage", "executing"}}, arguments->turn));
  const EventType wanted[] = {EventType::kAgentToolCall, EventType::kExecution};
  const std::vector<ReadEvent> found = log.events_of(wanted);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].seq, 1u);
  EXPECT_EQ(found[0].type, EventType::kExecution);
  EXPECT_EQ(found[1].seq, 2u);
  EXPECT_EQ(found[2].seq, 5u);
  EXPECT_EQ(found[2].json, log.read(4, {}).at(0).json);
  EXPECT_TRUE(log.events_of({}).empty());
}

}  // namespace
}  // namespace tactus::journal
