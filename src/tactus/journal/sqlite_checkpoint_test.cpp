// Checkpoint entries and answers in the store.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::ElementsAre;

class SqliteCheckpointTest : public SqliteStoreTest {
 protected:
  static CheckpointEntry checkpoint(std::string position,
                                    EntryStatus status = EntryStatus::kCompleted) {
    CheckpointEntry made;
    made.position = std::move(position);
    made.type = "tool_call";
    made.name = "search";
    made.status = status;
    return made;
  }
  static Answer answer(std::string request_id, Json value) {
    return {std::move(request_id), std::move(value), "2026-11-22T18:43:49.123456Z"};
  }
  static std::vector<std::string> positions(Store& store) {
    std::vector<std::string> found;
    const auto entries = store.checkpoint_entries("run_1");
    EXPECT_TRUE(entries) << to_string(entries.error());
    for (const CheckpointEntry& each : *entries) found.push_back(each.position);
    return found;
  }
};

TEST_F(SqliteCheckpointTest, KeepsAnEntryAsItWasPutLast) {
  CheckpointEntry put = checkpoint("3.2.0", EntryStatus::kFailed);
  put.order = 17;
  put.started_at = "2026-11-22T18:43:49.123456Z";
  put.ended_at = "2026-11-22T18:43:50.123456Z";
  put.input_hash = "00ff";
  put.start = {{"prompt", "é"}};
  put.result = Json{1, 2.5, "three"};
  put.error = {{"code", "TAC-TOOL-FAILED"}};
  put.effects = {{{"key", "x"}}, nullptr};
  put.usage = {{"total_tokens", 7}};
  {
    auto store = open();
    store->put_run(record("run_1"));
    store->put_entry("run_1", checkpoint("3.2.0", EntryStatus::kStarted));
    store->put_entry("run_1", put);
    ASSERT_TRUE(flush(*store));
  }
  auto store = open();
  const auto entries = store->checkpoint_entries("run_1");
  ASSERT_TRUE(entries) << to_string(entries.error());
  ASSERT_EQ(entries->size(), 1u);
  const CheckpointEntry& got = entries->front();
  EXPECT_EQ(got.position, put.position);
  EXPECT_EQ(got.type, put.type);
  EXPECT_EQ(got.name, put.name);
  EXPECT_EQ(got.status, put.status);
  EXPECT_EQ(got.order, put.order);
  EXPECT_EQ(got.started_at, put.started_at);
  EXPECT_EQ(got.ended_at, put.ended_at);
  EXPECT_EQ(got.input_hash, put.input_hash);
  EXPECT_EQ(got.start, put.start);
  EXPECT_EQ(got.result, put.result);
  EXPECT_EQ(got.error, put.error);
  EXPECT_EQ(got.effects, put.effects);
  EXPECT_EQ(got.usage, put.usage);
}

TEST_F(SqliteCheckpointTest, SeesWhatIsStillQueuedInTheOrderOfPositions) {
  auto store = open({.commit_delay = std::chrono::hours(1)});
  for (const char* position : {"10", "3.10", "3", "3.2", "30"}) {
    store->put_entry("run_1", checkpoint(position));
  }
  store->put_entry("run_2", checkpoint("0"));
  EXPECT_THAT(positions(*store), ElementsAre("3", "3.2", "3.10", "10", "30"));
}

TEST_F(SqliteCheckpointTest, DropsEntriesWithWhatIsNestedInThem) {
  auto store = open();
  for (const char* position : {"2", "3", "3.1", "3.1.0", "30", "30.1", "4", "4.0"}) {
    store->put_entry("run_1", checkpoint(position));
  }
  store->put_entry("run_2", checkpoint("3"));
  store->drop_entries("run_1", {"3", "4.0", "77"});
  store->drop_entries("run_9", {"3"});
  EXPECT_THAT(positions(*store), ElementsAre("2", "4", "30", "30.1"));
  EXPECT_EQ(store->checkpoint_entries("run_2")->size(), 1u);
  EXPECT_FALSE(store->find("run_9").value().has_value()) << "dropping makes no run";
  store->put_entry("run_1", checkpoint("3"));
  EXPECT_THAT(positions(*store), ElementsAre("2", "3", "4", "30", "30.1"));
}

TEST_F(SqliteCheckpointTest, RepairsValuesThatAreNotUtf8) {
  auto store = open();
  CheckpointEntry put = checkpoint("0");
  put.result = "a\xff";
  store->put_entry("run_1", put);
  EXPECT_EQ(store->checkpoint_entries("run_1")->front().result, "a\xEF\xBF\xBD");
}

TEST_F(SqliteCheckpointTest, ADamagedEntryIsDoneAgainAndHidesNoOther) {
  {
    auto store = open();
    for (const char* position : {"0", "1", "2", "3", "4"}) {
      CheckpointEntry put = checkpoint(position);
      put.order = 5;
      put.start = "kept";
      put.result = "found";
      put.effects = {1};
      store->put_entry("run_1", put);
    }
    ASSERT_TRUE(flush(*store));
  }
  run_sql(path_,
          "UPDATE checkpoints SET result='{' WHERE position='0';"
          "UPDATE checkpoints SET status='done' WHERE position='1';"
          "UPDATE checkpoints SET effects='{}' WHERE position='2';"
          "UPDATE checkpoints SET position='x' WHERE position='3';");
  auto store = open();
  const auto entries = store->checkpoint_entries("run_1");
  ASSERT_TRUE(entries) << to_string(entries.error());
  ASSERT_EQ(entries->size(), 4u);
  for (const CheckpointEntry& each : *entries) {
    const bool is_whole = each.position == "4";
    EXPECT_EQ(each.status, is_whole ? EntryStatus::kCompleted : EntryStatus::kStarted);
    EXPECT_EQ(each.order, is_whole ? 5 : 0);
    EXPECT_EQ(each.result, is_whole ? Json("found") : Json(nullptr));
    EXPECT_EQ(each.effects.size(), is_whole ? 1u : 0u);
    EXPECT_EQ(each.start, "kept");
  }
}

// Proves that putting never waits for the disk: while the entries are put, nothing can be written.
TEST_F(SqliteCheckpointTest, TenThousandEntriesArePutWithoutWaitingForTheDisk) {
  auto store = open({.commit_delay = std::chrono::milliseconds(1)});
  store->put_run(record("run_1"));
  ASSERT_TRUE(flush(*store));
  {
    const WriteLock lock(path_);
    for (int i = 0; i < 10'000; ++i) {
      CheckpointEntry put =
          checkpoint(fmt::format("{}.{}", i / 100, i % 100), EntryStatus::kStarted);
      store->put_entry("run_1", put);
      put.status = EntryStatus::kCompleted;
      put.order = i + 1;
      put.result = {{"text", std::string(200, 'x')}};
      store->put_entry("run_1", put);
    }
  }
  ASSERT_TRUE(flush(*store));
  const auto entries = store->checkpoint_entries("run_1");
  ASSERT_TRUE(entries) << to_string(entries.error());
  ASSERT_EQ(entries->size(), 10'000u);
  for (int i = 0; i < 10'000; ++i) {
    const CheckpointEntry& each = (*entries)[static_cast<std::size_t>(i)];
    ASSERT_EQ(each.order, i + 1) << each.position;
    ASSERT_EQ(each.status, EntryStatus::kCompleted) << each.position;
  }
}

TEST_F(SqliteCheckpointTest, TheFirstAnswerWins) {
  auto store = open();
  auto other = open();
  store->put_run(record("run_1", RunStatus::kWaitingForHuman));
  const auto first = store->put_answer("run_1", answer("q1", {{"choice", "yes"}}));
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_EQ(first->value, Json({{"choice", "yes"}}));
  Answer late = answer("q1", "no");
  late.responded_at = "2027-01-01T00:00:00.000000Z";
  const auto second = other->put_answer("run_1", late);
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(second->value, first->value);
  EXPECT_EQ(second->responded_at, first->responded_at);
  ASSERT_TRUE(other->put_answer("run_1", answer("q0", nullptr)));
  const auto answers = store->answers("run_1");
  ASSERT_TRUE(answers) << to_string(answers.error());
  ASSERT_EQ(answers->size(), 2u);
  EXPECT_EQ((*answers)[0].request_id, "q1");
  EXPECT_EQ((*answers)[0].value, first->value);
  EXPECT_EQ((*answers)[1].request_id, "q0");
  EXPECT_TRUE((*answers)[1].value.is_null());
}

TEST_F(SqliteCheckpointTest, OfAnswersGivenAtOnceEveryoneGetsTheSameOneBack) {
  auto store = open();
  auto other = open();
  store->put_run(record("run_1", RunStatus::kWaitingForHuman));
  ASSERT_TRUE(flush(*store));
  for (int round = 0; round < 10; ++round) {
    const std::string request_id = "q" + std::to_string(round);
    Json by_store, by_other;
    {
      std::jthread one(
          [&] { by_store = store->put_answer("run_1", answer(request_id, 1))->value; });
      std::jthread two(
          [&] { by_other = other->put_answer("run_1", answer(request_id, 2))->value; });
    }
    EXPECT_EQ(by_store, by_other);
    EXPECT_TRUE(by_store == 1 || by_store == 2);
  }
}

TEST_F(SqliteCheckpointTest, AnswersOfAllProcessesAreFoundOnce) {
  auto store = open();
  auto other = open();
  store->put_run(record("run_1"));
  ASSERT_TRUE(store->put_answer("run_1", answer("q1", "before")));
  const std::int64_t begin = store->answers_after(-1)->cursor;
  EXPECT_TRUE(store->answers_after(begin)->answers.empty());
  ASSERT_TRUE(other->put_answer("run_1", answer("q2", "theirs")));
  ASSERT_TRUE(store->put_answer("run_1", answer("q3", "ours")));
  const auto found = store->answers_after(begin);
  ASSERT_EQ(found->answers.size(), 2u);
  EXPECT_EQ(found->answers[0].first, "run_1");
  EXPECT_EQ(found->answers[0].second.value, "theirs");
  EXPECT_EQ(found->answers[1].second.request_id, "q3");
  EXPECT_TRUE(store->answers_after(found->cursor)->answers.empty());
}

TEST_F(SqliteCheckpointTest, AfterARemovalTheCursorGoesBack) {
  auto store = open();
  store->put_run(record("run_1", RunStatus::kCompleted));
  ASSERT_TRUE(store->put_answer("run_1", answer("q1", "yes")));
  const std::int64_t cursor = store->answers_after(-1)->cursor;
  ASSERT_TRUE(store->remove("run_1"));
  const std::int64_t back = store->answers_after(cursor)->cursor;
  EXPECT_LT(back, cursor);
  store->put_run(record("run_2"));
  ASSERT_TRUE(store->put_answer("run_2", answer("q1", "yes")));
  EXPECT_EQ(store->answers_after(back)->answers.size(), 1u);
}

TEST_F(SqliteCheckpointTest, ADamagedAnswerCountsAsNone) {
  auto store = open();
  store->put_run(record("run_1"));
  ASSERT_TRUE(store->put_answer("run_1", answer("q1", "yes")));
  ASSERT_TRUE(store->put_answer("run_1", answer("q2", "kept")));
  run_sql(path_, "UPDATE answers SET value='{' WHERE request_id='q1'");
  EXPECT_EQ(store->answers("run_1")->size(), 1u);
  EXPECT_EQ(store->put_answer("run_1", answer("q1", "again"))->value, "again");
  EXPECT_EQ(store->answers("run_1")->size(), 2u);
}

TEST_F(SqliteCheckpointTest, AnUnknownRunHasNeitherEntriesNorAnswers) {
  auto store = open();
  EXPECT_EQ(store->checkpoint_entries("run_9").error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(store->answers("run_9").error().code, ErrorCode::kRunNotFound);
  EXPECT_EQ(store->put_answer("run_9", answer("q", 1)).error().code, ErrorCode::kRunNotFound);
}

TEST_F(SqliteCheckpointTest, RemovingARunRemovesItsEntriesAndAnswers) {
  auto store = open();
  store->put_run(record("run_1", RunStatus::kCompleted));
  store->put_entry("run_1", checkpoint("0"));
  ASSERT_TRUE(store->put_answer("run_1", answer("q1", "yes")));
  ASSERT_TRUE(store->remove("run_1"));
  EXPECT_EQ(store->put_answer("run_1", answer("q1", "late")).error().code, ErrorCode::kRunNotFound);
  store->put_run(record("run_1"));
  EXPECT_TRUE(positions(*store).empty());
  EXPECT_TRUE(store->answers("run_1")->empty());
  EXPECT_EQ(query_sql(path_,
                      "SELECT (SELECT count(*) FROM checkpoints)"
                      " + (SELECT count(*) FROM answers)"),
            0);
}

}  // namespace
}  // namespace tactus::journal
