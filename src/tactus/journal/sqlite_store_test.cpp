#include <thread>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;

TEST_F(SqliteStoreTest, KeepsARecordAsItWasPut) {
  RunRecord put = record("run_1", RunStatus::kFailed);
  put.path = "a/b.tac";
  put.source_hash = "00ff";
  put.generation = 3;
  put.started_at = "2026-11-22T18:43:49.123456Z";
  put.ended_at = "2026-11-22T18:43:50.123456Z";
  put.duration_ms = 1000;
  put.total_tokens = 42;
  put.total_cost = 0.25;
  put.last_seq = 9;
  put.inputs = {{"topic", "é"}};
  put.result = Json{1, "two"};
  put.error = {{"code", "TAC-INPUT"}};
  put.seed = -9'000'000'000'000'000'000;
  put.overrides = {{"model", "demo"}};
  put.context = {{"user", "ann"}};
  put.source = "return 1 -- é";
  put.pending = {{{"request_id", "q1"}}};
  put.files = {{"lib/area.tac", "abc"}};
  {
    auto store = open();
    store->put_run(record("run_1"));
    store->put_run(put);
    ASSERT_TRUE(flush(*store));
  }
  auto store = open();
  const auto found = store->find("run_1");
  ASSERT_TRUE(found);
  ASSERT_TRUE(*found);
  const RunRecord& got = **found;
  EXPECT_EQ(got.path, put.path);
  EXPECT_EQ(got.source_hash, put.source_hash);
  EXPECT_EQ(got.status, put.status);
  EXPECT_EQ(got.generation, put.generation);
  EXPECT_EQ(got.started_at, put.started_at);
  EXPECT_EQ(got.ended_at, put.ended_at);
  EXPECT_EQ(got.duration_ms, put.duration_ms);
  EXPECT_EQ(got.total_tokens, put.total_tokens);
  EXPECT_EQ(got.total_cost, put.total_cost);
  EXPECT_EQ(got.last_seq, put.last_seq);
  EXPECT_EQ(got.inputs, put.inputs);
  EXPECT_EQ(got.result, put.result);
  EXPECT_EQ(got.error, put.error);
  EXPECT_EQ(got.seed, put.seed);
  EXPECT_EQ(got.overrides, put.overrides);
  EXPECT_EQ(got.context, put.context);
  EXPECT_EQ(got.source, put.source);
  EXPECT_EQ(got.pending, put.pending);
  EXPECT_EQ(got.files, put.files);
}

TEST_F(SqliteStoreTest, ARecordThatIsNotUtf8IsRepairedAndHidesNoOther) {
  {
    auto store = open();
    RunRecord put = record("run_1", RunStatus::kFailed);
    put.inputs = {{"topic", "a\xff"}};
    put.error = {{"message", "b\xff"}};
    store->put_run(put);
    store->put_run(record("run_2", RunStatus::kCompleted));
    ASSERT_TRUE(flush(*store));
  }
  auto store = open();
  const auto found = store->find("run_1");
  ASSERT_TRUE(found);
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->inputs.at("topic"), "a\xEF\xBF\xBD");
  EXPECT_EQ((*found)->error.at("message"), "b\xEF\xBF\xBD");
  const auto listed = store->list({});
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->size(), 2u);
}

TEST_F(SqliteStoreTest, FindsNothingForAnUnknownRun) {
  auto store = open();
  const auto found = store->find("run_9");
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
  EXPECT_EQ(store->entries("run_9").error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(store->remove("run_9").error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(store->list({.procedure_id = "", .status = {}, .before_run_id = "run_9"}).error().code,
            ErrorCode::kRunNotFound);
}

TEST_F(SqliteStoreTest, ListsNewestFirstInPagesAndByProcedureAndStatus) {
  auto store = open();
  for (int i = 1; i <= 5; ++i) {
    RunRecord put =
        record("run_" + std::to_string(i), i % 2 ? RunStatus::kCompleted : RunStatus::kFailed);
    if (i == 5) put.procedure_id = "other";
    store->put_run(put);
  }
  ASSERT_TRUE(flush(*store));
  const auto ids = [&](RunQuery query) {
    std::string joined;
    const auto records = store->list(query);
    EXPECT_TRUE(records);
    for (const RunRecord& each : *records) joined += each.run_id.substr(4);
    return joined;
  };
  EXPECT_EQ(ids({}), "54321");
  EXPECT_EQ(ids({.procedure_id = "", .status = {}, .before_run_id = "", .limit = 2}), "54");
  EXPECT_EQ(ids({.procedure_id = "", .status = {}, .before_run_id = "run_4", .limit = 2}), "32");
  EXPECT_EQ(ids({.procedure_id = "hello", .status = {}, .before_run_id = ""}), "4321");
  EXPECT_EQ(ids({.procedure_id = "", .status = RunStatus::kFailed, .before_run_id = ""}), "42");
  EXPECT_EQ(ids({.procedure_id = "", .status = {}, .before_run_id = "", .limit = 0}), "5");
}

// A run with parallel turns, whose deltas interleave, over several commits.
TEST_F(SqliteStoreTest, RestoresEveryEntryExactlyAndTheLogReadsTheSame) {
  std::vector<std::string> lines;
  {
    auto store = open();
    store->put_run(record("run_1"));
    RunLog log({"run_1", "hello"}, 1, clock_, store.get());
    const DeltaStreamPtr a = message(turn_scope("t1"), "a");
    const DeltaStreamPtr b = message(turn_scope("t2"), "b", EventType::kAgentReasoningChunk);
    const DeltaStreamPtr c = tool_arguments(turn_scope("t2"), "c");
    log.append(event(EventType::kExecution, {{"lifecycle_stage", "start"}}));
    for (int i = 0; i < 60; ++i) {
      clock_.advance(std::chrono::microseconds(i * 37));
      const std::string word = "é" + std::to_string(i);
      const RunLog::Delta deltas[] = {{a, word}, {b, "line\n"}};
      log.append_deltas(deltas);
      if (i % 7 == 0) log.append_delta(c, std::string_view("\0{", 2));
      if (i % 20 == 0) {
        log.append(event(EventType::kUsage, {{"i", i}}, a->turn));
        ASSERT_TRUE(run_to_end(log.flush()));
      }
      if (i == 30) clock_.advance(-std::chrono::hours(1));
    }
    lines = read_entries_alone(log);
  }
  auto store = open();
  const auto restored = RunLog::restore(*store, "run_1", clock_);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(read_entries_alone(**restored), lines);
  EXPECT_TRUE((*restored)->closed());
  EXPECT_EQ((*restored)->identity().procedure_id, "hello");
}

TEST_F(SqliteStoreTest, GivesBackTheStreamDescriptionWithItsFirstEntryOnly) {
  auto store = open();
  std::vector<StoredEntry> put = {entry(1), entry(2), entry(3), entry(4)};
  put[1].type = put[3].type = EventType::kAgentStreamChunk;
  put[1].stream_key = put[3].stream_key = 1;
  put[1].json = R"({"event_type":"agent_stream_chunk"})";
  put[3].json.clear();
  put[1].text = "a";
  put[3].text = "b";
  put[3].time = WallTime(std::chrono::nanoseconds(1'763'837'029'123'456'789));
  store->append("run_1", put);
  ASSERT_TRUE(flush(*store));
  EXPECT_EQ(*store->entries("run_1"), put);
}

TEST_F(SqliteStoreTest, RestoringAnUnknownRunFails) {
  auto store = open();
  EXPECT_EQ(RunLog::restore(*store, "run_9", clock_).error().code, ErrorCode::kRunNotFound);
}

TEST_F(SqliteStoreTest, CommitsDeltasSoonWithoutAFlush) {
  auto store = open();
  store->append("run_1", {entry(1)});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto entries = store->entries("run_1");
    if (entries && entries->size() == 1) return;
    std::this_thread::yield();
  }
  FAIL() << "not committed in ten seconds";
}

TEST_F(SqliteStoreTest, AFlushWithNothingToWriteSucceeds) {
  auto store = open();
  EXPECT_TRUE(flush(*store));
  EXPECT_TRUE(flush(*store));
}

TEST_F(SqliteStoreTest, RemovesARunWithItsLog) {
  auto store = open();
  store->put_run(record("run_1", RunStatus::kCompleted));
  store->append("run_1", {entry(1)});
  store->put_run(record("run_2"));
  ASSERT_TRUE(store->remove("run_1"));
  EXPECT_FALSE(store->find("run_1").value().has_value());
  EXPECT_EQ(store->entries("run_1").error().code, ErrorCode::kRunNotFound);
  store->append("run_1", {entry(1, "{\"new\":1}")});
  ASSERT_TRUE(flush(*store));
  EXPECT_EQ(store->entries("run_1")->size(), 1u) << "a new run of the same id starts empty";
}

TEST_F(SqliteStoreTest, ASecondWriterOfARunNeitherChangesItsLogNorHoldsUpOthers) {
  auto store = open();
  store->append("run_1", {entry(1, "{\"first\":1}")});
  ASSERT_TRUE(flush(*store));
  store->append("run_1", {entry(1, "{\"second\":1}"), entry(2)});
  store->append("run_2", {entry(1)});
  ASSERT_TRUE(flush(*store));
  const auto kept = store->entries("run_1");
  ASSERT_EQ(kept->size(), 2u);
  EXPECT_EQ(kept->front().json, "{\"first\":1}");
  EXPECT_EQ(store->entries("run_2")->size(), 1u);
}

TEST_F(SqliteStoreTest, AFlushMayBeCutOffByTheEndOfItsContext) {
  auto store = open();
  for (int i = 0; i < 20; ++i) {
    boost::asio::io_context context;
    store->append("run_1", {entry(static_cast<EventSeq>(i) + 1)});
    boost::asio::co_spawn(context, store->flush(), [](std::exception_ptr, Result<void>) {});
    context.poll_one();
  }
  EXPECT_TRUE(flush(*store));
}

}  // namespace
}  // namespace tactus::journal
