#include <atomic>
#include <limits>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include <tactus/journal/run_log.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::ElementsAre;

class RunLogTest : public ::testing::Test {
 protected:
  ManualClock clock_;
  RunLog log_{{"run_1", "hello"}, 1, clock_, nullptr};
};

TEST_F(RunLogTest, NumbersEntriesDenselyFromOne) {
  const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
  EXPECT_EQ(log_.last_seq(), 0u);
  EXPECT_EQ(log_.append(event(EventType::kExecution)), 1u);
  EXPECT_EQ(log_.append_delta(text, "a"), 2u);
  const RunLog::Delta deltas[] = {{text, "b"}, {text, "c"}};
  EXPECT_EQ(log_.append_deltas(deltas), 4u);
  EXPECT_EQ(log_.append(event(EventType::kLog)), 5u);
  EXPECT_EQ(log_.last_seq(), 5u);
}

TEST_F(RunLogTest, WritesTheEnvelopeFirstThenTheTurnThenTheBody) {
  log_.append(event(EventType::kCost, {{"total_cost", nullptr}}, turn_scope("t1", 2)));
  log_.append_delta(message(turn_scope("t1"), "m1"), "a \"b\"\n");
  log_.append_delta(tool_arguments(turn_scope("t1"), "c1"), "{}");
  EXPECT_THAT(
      read_all(log_),
      ElementsAre(
          R"({"event_type":"cost","run_id":"run_1","procedure_id":"hello","seq":1,)"
          R"("timestamp":"2025-06-15T15:06:40.000000Z","agent_name":"writer","turn_id":"t1",)"
          R"("attempt":2,"parent":null,"total_cost":null})",
          R"({"event_type":"agent_stream_chunk","run_id":"run_1","procedure_id":"hello","seq":2,)"
          R"("timestamp":"2025-06-15T15:06:40.000000Z","agent_name":"writer","turn_id":"t1",)"
          R"("attempt":0,"parent":null,"message_id":"m1","chunk_text":"a \"b\"\n"})",
          R"({"event_type":"agent_tool_call","run_id":"run_1","procedure_id":"hello","seq":3,)"
          R"("timestamp":"2025-06-15T15:06:40.000000Z","agent_name":"writer","turn_id":"t1",)"
          R"("attempt":0,"parent":null,"tool_call_id":"c1","tool_name":"search",)"
          R"("stage":"arguments","arguments_delta":"{}"})"));
}

TEST_F(RunLogTest, LeavesOutBodyKeysThatTheEnvelopeHas) {
  log_.append(event(EventType::kAttemptSuperseded,
                    {{"seq", 77}, {"attempt", 9}, {"reason", "retry"}}, turn_scope("t1")));
  const std::string line = read_all(log_).at(0);
  EXPECT_EQ(line.find("77"), std::string::npos);
  EXPECT_EQ(line.find("\"attempt\":9"), std::string::npos);
  EXPECT_NE(line.find("\"reason\":\"retry\""), std::string::npos);
}

TEST_F(RunLogTest, RepairsMalformedUtf8InABody) {
  log_.append(event(EventType::kLog, {{"message", "a\xff"}}));
  EXPECT_NE(read_all(log_).at(0).find("a\xEF\xBF\xBD"), std::string::npos);
}

TEST_F(RunLogTest, MakesNoEntryOfAnEmptyText) {
  EXPECT_EQ(log_.append_delta(message(turn_scope("t1"), "m1"), ""), 0u);
  EXPECT_TRUE(log_.read(0, {}).empty());
}

TEST_F(RunLogTest, ReadsNothingAfterItsEndHoweverFar) {
  log_.append(event(EventType::kLog));
  for (const EventSeq after : {EventSeq{1}, EventSeq{2}, std::numeric_limits<EventSeq>::max()}) {
    EXPECT_TRUE(log_.read(after, {}).empty());
    EXPECT_TRUE(log_.read(after, {.profile = Profile::kAccumulated}).empty());
  }
}

TEST_F(RunLogTest, MergesAdjacentDeltasUnderTheSeqAndTimeOfTheLast) {
  const TurnScopePtr turn = turn_scope("t1");
  const DeltaStreamPtr text = message(turn, "m1");
  log_.append_delta(text, "a");
  log_.append_delta(text, "b");
  clock_.advance(std::chrono::seconds(1));
  log_.append_delta(text, "c");
  log_.append(event(EventType::kUsage, {}, turn));
  log_.append_delta(text, "d");
  const std::vector<ReadEvent> events = log_.read(0, {});
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].seq, 3u);
  EXPECT_NE(events[0].json.find("\"chunk_text\":\"abc\""), std::string::npos);
  EXPECT_NE(events[0].json.find("15:06:41"), std::string::npos);
  EXPECT_EQ(events[1].seq, 4u);
  EXPECT_EQ(events[2].seq, 5u);
  EXPECT_EQ(log_.read(1, {}).at(0).json.find("\"chunk_text\":\"abc\""), std::string::npos);
}

TEST_F(RunLogTest, AReadingIsBoundedButGivesAtLeastOneEvent) {
  const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
  for (int i = 0; i < 100; ++i) log_.append_delta(text, std::string(100, 'x'));
  const std::vector<ReadEvent> events = log_.read(0, {.bytes_max = 2000});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_LE(events[0].json.size(), 2200u);
  EXPECT_GE(events[0].json.size(), 1500u);
  EXPECT_EQ(log_.read(0, {.bytes_max = 1}).size(), 1u);
}

TEST_F(RunLogTest, TheAccumulatedProfileCarriesTheMessageSoFar) {
  const TurnScopePtr turn = turn_scope("t1");
  const DeltaStreamPtr text = message(turn, "m1");
  const DeltaStreamPtr thought = message(turn, "r1", EventType::kAgentReasoningChunk);
  log_.append_delta(text, "a");
  log_.append_delta(thought, "hm");
  log_.append_delta(text, "b");
  const auto events = log_.read(0, {.profile = Profile::kAccumulated});
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].json.find("accumulated_text"), std::string::npos);
  EXPECT_NE(events[2].json.find(R"("chunk_text":"b","accumulated_text":"ab")"), std::string::npos);
}

TEST_F(RunLogTest, TheAccumulatedProfileMergesParallelTurnsAndTellsWhereToGoOn) {
  const DeltaStreamPtr a = message(turn_scope("t1"), "a");
  const DeltaStreamPtr b = message(turn_scope("t2"), "b");
  for (int i = 0; i < 5; ++i) {
    log_.append_delta(a, "a");
    log_.append_delta(b, "b");
  }
  const auto events = log_.read(0, {.profile = Profile::kAccumulated});
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].seq, 9u);
  EXPECT_EQ(events[0].cursor, 1u) << "b's first delta has not been given yet";
  EXPECT_EQ(events[1].seq, 10u);
  EXPECT_EQ(events[1].cursor, 10u);
  EXPECT_EQ(log_.read(0, {}).size(), 10u) << "merging these would lose text at a cut";
}

TEST_F(RunLogTest, ALateJoinerGetsALongTextInLittleMoreThanItsSize) {
  const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
  std::size_t text_bytes = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string word = i % 12 == 0 ? "sentence.\n" : "a word ";
    log_.append_delta(text, word);
    text_bytes += word.size();
  }
  std::size_t wire_bytes = 0;
  for (const std::string& line : read_all(log_)) wire_bytes += line.size();
  EXPECT_LT(static_cast<double>(wire_bytes), 1.2 * static_cast<double>(text_bytes));
}

// Waits once and tells what came of it: the last seq, or -1 when cancelled.
awaitable<int> wait_once(const RunLog& log, EventSeq after) {
  try {
    co_await log.wait(after);
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), boost::asio::error::operation_aborted);
    co_return -1;
  }
  co_return static_cast<int>(log.last_seq());
}

TEST_F(RunLogTest, AWaitEndsAtOnceWhenThereIsAnEntryOrTheLogIsClosed) {
  log_.append(event(EventType::kLog));
  EXPECT_EQ(run_to_end(wait_once(log_, 0)), 1);
  log_.close();
  EXPECT_EQ(run_to_end(wait_once(log_, 1)), 1);
  EXPECT_TRUE(log_.closed());
}

TEST_F(RunLogTest, AWaitEndsWithTheNextEntryAndIsNeverResumedInsideTheAppend) {
  boost::asio::io_context context;
  int seen = 0;
  boost::asio::co_spawn(context, wait_once(log_, 0),
                        [&](std::exception_ptr, int seq) { seen = seq; });
  context.poll();
  EXPECT_EQ(seen, 0);
  const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
  const RunLog::Delta deltas[] = {{text, "a"}, {text, "b"}, {text, "c"}};
  log_.append_deltas(deltas);
  EXPECT_EQ(seen, 0);
  context.run();
  EXPECT_EQ(seen, 3) << "all deltas of one call stand there when a reader is woken";
}

TEST_F(RunLogTest, ClosingEndsEveryWait) {
  boost::asio::io_context context;
  int ended = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(context, wait_once(log_, 0), [&](std::exception_ptr, int) { ++ended; });
  }
  context.poll();
  log_.close();
  context.run();
  EXPECT_EQ(ended, 3);
}

TEST_F(RunLogTest, AWaitCanBeCancelled) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal cancel;
  int seen = 0;
  boost::asio::co_spawn(context, wait_once(log_, 0),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](std::exception_ptr, int seq) { seen = seq; }));
  context.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  context.run();
  EXPECT_EQ(seen, -1);
  log_.append(event(EventType::kLog));  // Wakes nobody, and touches nothing that is gone.
}

TEST_F(RunLogTest, AContextMayEndWhileAReaderWaits) {
  {
    boost::asio::io_context context;
    boost::asio::co_spawn(context, wait_once(log_, 0), boost::asio::detached);
    context.poll();
  }
  EXPECT_EQ(log_.append(event(EventType::kLog)), 1u);
}

// Waits for both logs again and again, until `other` is closed.
awaitable<void> wait_for_both(const RunLog& one, const RunLog& other,
                              std::shared_ptr<Signal> signal, int& wakes) {
  const Signal::Close close(*signal);
  while (other.wake_later(other.last_seq(), signal)) {
    EXPECT_TRUE(one.wake_later(one.last_seq(), signal));
    EXPECT_FALSE(co_await signal->wait_next());
    ++wakes;
  }
}

TEST_F(RunLogTest, OneSignalWaitsForTheNextEntryOfAnyOfSeveralLogs) {
  RunLog other({"run_2", "hello"}, 1, clock_, nullptr);
  boost::asio::io_context context;
  const auto signal = std::make_shared<Signal>(context.get_executor());
  int wakes = 0;
  boost::asio::co_spawn(context, wait_for_both(log_, other, signal, wakes), boost::asio::detached);
  context.poll();
  EXPECT_EQ(wakes, 0);
  other.append(event(EventType::kLog));
  context.poll();
  EXPECT_EQ(wakes, 1);
  log_.append(event(EventType::kLog));
  log_.append(event(EventType::kLog));
  other.append(event(EventType::kLog));
  context.poll();
  EXPECT_GE(wakes, 2);
  EXPECT_FALSE(log_.wake_later(1, signal)) << "there is an entry already";
  other.close();
  context.run();
  EXPECT_GE(wakes, 3);
  log_.append(event(EventType::kLog));  // Sets a signal for which nobody waits any more.
}

TEST_F(RunLogTest, ASignalThatWasForgottenIsHeldNoMore) {
  boost::asio::io_context context;
  const auto signal = std::make_shared<Signal>(context.get_executor());
  EXPECT_TRUE(log_.wake_later(0, signal));
  EXPECT_TRUE(log_.wake_later(0, signal));
  EXPECT_EQ(signal.use_count(), 2);
  log_.forget(signal);
  EXPECT_EQ(signal.use_count(), 1);
}

// Reads to the end as a connection does.
awaitable<std::size_t> follow(const RunLog& log, ReadOptions options) {
  EventSeq after = 0;
  std::size_t text_bytes = 0;
  for (;;) {
    const std::vector<ReadEvent> events = log.read(after, options);
    for (const ReadEvent& read : events) {
      EXPECT_GT(read.cursor + 1, after);
      const Result<Json> json = parse_json(read.json);
      if (!json) {
        ADD_FAILURE() << read.json;
        co_return 0;
      }
      text_bytes += string_member(*json, "chunk_text").size();
    }
    if (!events.empty()) {
      after = events.back().cursor;
      continue;
    }
    if (log.closed() && after == log.last_seq()) co_return text_bytes;
    co_await log.wait(after);
  }
}

TEST(RunLogThreads, ReadersOnOtherThreadsSeeEveryByte) {
  RunLog log({"run_1", "hello"}, 1, system_clock(), nullptr);
  constexpr int kReaders = 4;
  constexpr int kDeltas = 20'000;
  std::atomic<int> complete = 0;
  std::vector<std::jthread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&log, &complete, i] {
      const Profile profile = i == 0 ? Profile::kAccumulated : Profile::kDelta;
      const std::size_t bytes =
          run_to_end(follow(log, {.bytes_max = 1u << 20, .profile = profile}));
      if (bytes == 5u * kDeltas) ++complete;
    });
  }
  const DeltaStreamPtr text = message(turn_scope("t1"), "m1");
  for (int i = 0; i < kDeltas; ++i) {
    log.append_delta(text, "word ");
    if (i % 100 == 0) log.append(event(EventType::kUsage, {}, text->turn));
  }
  log.close();
  readers.clear();
  EXPECT_EQ(complete, kReaders);
}

}  // namespace
}  // namespace tactus::journal
