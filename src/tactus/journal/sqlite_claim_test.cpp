// Whose a run is, and how it changes hands.
#include <gmock/gmock.h>

#include <tactus/journal/store.hpp>
#include <tactus/journal/store_testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::HasSubstr;

class SqliteClaimTest : public SqliteStoreTest {
 protected:
  static ErrorCode refusal(Store& store, const std::string& run_id = "run_1") {
    const Result<void> claimed = store.claim(run_id);
    EXPECT_FALSE(claimed);
    return claimed ? ErrorCode::kInternal : claimed.error().code;
  }
};

TEST_F(SqliteClaimTest, ALiveRunIsRefusedToEveryoneWhileItsOwnerLives) {
  auto first = open();
  auto second = open();
  for (const RunStatus status :
       {RunStatus::kRunning, RunStatus::kWaitingForHuman, RunStatus::kSleeping}) {
    first->put_run(record("run_1", status));
    EXPECT_EQ(refusal(*first), ErrorCode::kRunBusy);
    EXPECT_EQ(refusal(*second), ErrorCode::kRunBusy);
  }
  EXPECT_THAT(second->claim("run_1").error().message, HasSubstr("another process"));
  EXPECT_EQ(refusal(*second, "run_9"), ErrorCode::kRunNotFound);
}

TEST_F(SqliteClaimTest, AReleasedRunGoesToTheFirstWhoClaimsIt) {
  auto first = open();
  auto second = open();
  first->put_run(record("run_1", RunStatus::kWaitingForHuman));
  ASSERT_TRUE(first->settle());
  second->release("run_1");  // Not its own: nothing happens.
  ASSERT_TRUE(second->settle());
  EXPECT_EQ(refusal(*second), ErrorCode::kRunBusy);
  first->release("run_1");
  ASSERT_TRUE(first->settle());
  ASSERT_TRUE(second->claim("run_1"));
  EXPECT_EQ(refusal(*first), ErrorCode::kRunBusy);
  EXPECT_EQ(refusal(*second), ErrorCode::kRunBusy);
  EXPECT_EQ((*second->find("run_1"))->status, RunStatus::kWaitingForHuman);
}

TEST_F(SqliteClaimTest, AnEndedRunBelongsToNobodyUntilItIsClaimed) {
  auto first = open();
  auto second = open();
  first->put_run(record("run_1", RunStatus::kFailed));
  ASSERT_TRUE(first->settle());
  ASSERT_TRUE(second->claim("run_1"));
  EXPECT_EQ(refusal(*first), ErrorCode::kRunBusy);
  second->put_run(record("run_1", RunStatus::kCompleted));
  ASSERT_TRUE(second->settle());
  EXPECT_TRUE(first->claim("run_1"));
}

TEST_F(SqliteClaimTest, ARunOfALivingOtherIsNeitherPutNorRemoved) {
  auto first = open();
  auto second = open();
  first->put_run(record("run_1"));
  ASSERT_TRUE(first->settle());
  second->put_run(record("run_1", RunStatus::kCancelled));
  second->put_run(record("run_2"));
  ASSERT_TRUE(second->settle());
  EXPECT_EQ((*first->find("run_1"))->status, RunStatus::kRunning);
  EXPECT_TRUE(first->find("run_2")->has_value()) << "other writes of the batch are not held up";
  EXPECT_EQ(second->remove("run_1").error().code, ErrorCode::kRunBusy);
  EXPECT_TRUE(first->remove("run_1"));
}

TEST_F(SqliteClaimTest, ARunWhoseOwnerWentMeanwhileIsPutRightAndClaimed) {
  auto survivor = open();
  {
    auto gone = open();
    gone->put_run(record("run_1"));
    gone->put_run(record("run_2"));
    gone->put_run(record("run_3", RunStatus::kWaitingForHuman));
    gone->append("run_1", {entry(1), entry(2)});
  }
  EXPECT_EQ((*survivor->find("run_1"))->status, RunStatus::kRunning);
  ASSERT_TRUE(survivor->claim("run_1"));
  EXPECT_EQ((*survivor->find("run_1"))->status, RunStatus::kInterrupted);
  EXPECT_EQ((*survivor->find("run_1"))->last_seq, 2u);
  EXPECT_EQ((*survivor->find("run_2"))->status, RunStatus::kInterrupted);
  EXPECT_TRUE(survivor->claim("run_2"));
  EXPECT_TRUE(survivor->claim("run_3"));
  auto third = open();
  EXPECT_EQ(refusal(*third, "run_1"), ErrorCode::kRunBusy);
}

TEST_F(SqliteClaimTest, WaitingRunsKeepTheirStatusWithoutAnOwner) {
  {
    auto store = open();
    store->put_run(record("run_1", RunStatus::kWaitingForHuman));
    store->put_run(record("run_2", RunStatus::kSleeping));
    store->put_run(record("run_3"));
  }
  auto store = open();
  EXPECT_EQ((*store->find("run_1"))->status, RunStatus::kWaitingForHuman);
  EXPECT_EQ((*store->find("run_2"))->status, RunStatus::kSleeping);
  EXPECT_EQ((*store->find("run_3"))->status, RunStatus::kInterrupted);
  for (const char* run_id : {"run_1", "run_2", "run_3"}) EXPECT_TRUE(store->claim(run_id));
}

TEST_F(SqliteClaimTest, ADamagedLogDoesNotKeepTheStoreFromBeingOpened) {
  {
    auto store = open();
    store->put_run(record("run_1"));
    store->put_run(record("run_2"));
    store->append("run_1", {entry(1)});
  }
  run_sql(path_, "UPDATE events SET type='unheard_of'");
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ((*store->find("run_1"))->status, RunStatus::kInterrupted);
  EXPECT_EQ((*store->find("run_2"))->status, RunStatus::kInterrupted);
}

TEST_F(SqliteClaimTest, ADamagedRecordHidesNoOther) {
  auto store = open();
  for (const char* run_id : {"run_1", "run_2", "run_3"}) {
    RunRecord put = record(run_id, RunStatus::kCompleted);
    put.result = "kept";
    store->put_run(put);
  }
  ASSERT_TRUE(store->settle());
  run_sql(path_,
          "UPDATE runs SET status='sideways', inputs='[', error='{' WHERE run_id='run_2';"
          "UPDATE runs SET procedure_id=CAST(x'61ff' AS TEXT), pending='{}' WHERE run_id='run_3'");
  const auto listed = store->list({});
  ASSERT_TRUE(listed) << to_string(listed.error());
  ASSERT_EQ(listed->size(), 3u);
  EXPECT_EQ((*listed)[0].procedure_id, "a\xEF\xBF\xBD");
  EXPECT_EQ((*listed)[1].status, RunStatus::kInterrupted);
  EXPECT_TRUE((*listed)[1].inputs.empty());
  EXPECT_EQ((*listed)[1].result, "kept");
  EXPECT_EQ((*listed)[2].status, RunStatus::kCompleted);
  EXPECT_TRUE(store->find("run_2")->has_value());
}

}  // namespace
}  // namespace tactus::journal
