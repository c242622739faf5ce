#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/replay.hpp>

namespace tactus::runtime {
namespace {

using journal::CheckpointEntry;
using journal::EntryStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CheckpointEntry entry(std::string position, std::int64_t order, std::string type = "step",
                      EntryStatus status = EntryStatus::kCompleted) {
  CheckpointEntry made;
  made.position = std::move(position);
  made.type = std::move(type);
  made.order = order;
  made.status = order == 0 ? EntryStatus::kStarted : status;
  made.effects = {Json("effect")};
  return made;
}

CheckpointEntry failed(std::string position, std::int64_t order, std::string type = "step") {
  CheckpointEntry made = entry(std::move(position), order, std::move(type), EntryStatus::kFailed);
  made.error = JsonObject{{"code", "TAC-LUA"}};
  return made;
}

std::vector<std::string> positions(const std::vector<const CheckpointEntry*>& entries) {
  std::vector<std::string> names;
  for (const CheckpointEntry* one : entries) names.push_back(one->position);
  return names;
}

TEST(ReplayTest, FindsEntriesByPosition) {
  const Replay replay({entry("0", 1), entry("10", 3), entry("2", 2)});
  ASSERT_NE(replay.find("10"), nullptr);
  EXPECT_EQ(replay.find("10")->order, 3);
  EXPECT_EQ(replay.find("1"), nullptr);
  EXPECT_EQ(position_in("", 2), "2");
  EXPECT_EQ(position_in("3.1", 12), "3.1.12");
}

TEST(ReplayTest, KnowsWhetherAScopeHasMore) {
  const Replay replay(
      {entry("0", 3), entry("0.0", 1), entry("0.11", 2), entry("10", 4), entry("10.0.0", 5)});
  EXPECT_TRUE(replay.has_from("", 0));
  EXPECT_EQ(replay.first_from("", 1)->position, "10");
  EXPECT_FALSE(replay.has_from("", 11));
  EXPECT_EQ(replay.first_from("0", 1)->position, "0.11");
  EXPECT_FALSE(replay.has_from("0", 12));
  EXPECT_FALSE(replay.has_from("1", 0)) << "10 is not in 1";
  EXPECT_FALSE(replay.has_from("10", 0)) << "nested deeper is not of the scope";
  EXPECT_FALSE(Replay().has_from("", 0));
}

TEST(ReplayTest, MeetsNothingInsideOfWhatHasEnded) {
  const Replay replay({entry("0", 5), entry("0.0", 1), entry("1", 0), entry("1.0", 2),
                       entry("1.1", 4), entry("1.1.0", 3)});
  EXPECT_THAT(replay.orders(), ElementsAre(2, 4, 5));
  EXPECT_EQ(replay.last_order(), 5);
}

TEST(ReplayTest, MeetsTheTasksOfASpawn) {
  const Replay replay({entry("0", 1, "spawn"), entry("0.0", 4), entry("0.0.0", 3), entry("0.1", 6),
                       entry("1", 5), entry("1.0", 2, "spawn"), entry("1.0.0", 7)});
  EXPECT_THAT(replay.orders(), ElementsAre(1, 4, 5, 6)) << "but not those inside of what has ended";
  EXPECT_THAT(positions(replay.nested_in("0")), ElementsAre("0.0", "0.0.0", "0.1"));
  EXPECT_THAT(positions(replay.nested_in("", true)), ElementsAre("0", "1", "1.0"));
}

TEST(ReplayTest, ForgetsAnEntryWithWhatIsNestedInIt) {
  Replay replay({entry("1", 0), entry("1.0", 1), entry("1.0.4", 2), entry("10", 3)});
  replay.erase("1");
  EXPECT_THAT(positions(replay.nested_in("")), ElementsAre("10"));
  replay.erase("1");
  replay.erase("10");
  EXPECT_TRUE(replay.empty());
}

TEST(ReplayTest, TriesTheTrailingFailuresAgain) {
  Replay replay({failed("0", 1), entry("1", 2), failed("2", 5, "procedure_call"), entry("2.0", 3),
                 failed("2.1", 4, "step")});
  const Replay::Reopened reopened = replay.reopen_failed();
  EXPECT_THAT(reopened.dropped, IsEmpty());
  ASSERT_EQ(reopened.changed.size(), 2u);
  for (const CheckpointEntry& changed : reopened.changed) {
    EXPECT_EQ(changed.status, EntryStatus::kStarted);
    EXPECT_EQ(changed.order, 0);
    EXPECT_TRUE(changed.error.is_null());
    EXPECT_TRUE(changed.effects.empty());
  }
  EXPECT_EQ(replay.find("0")->status, EntryStatus::kFailed) << "something ended well after it";
  EXPECT_THAT(replay.orders(), ElementsAre(1, 2, 3));
}

TEST(ReplayTest, DropsAFailedTurnWhole) {
  Replay replay({failed("0", 4, "step"), failed("0.0", 3, "agent_turn"),
                 entry("0.0.0", 1, "model_response"), failed("0.0.1", 2, "model_response")});
  const Replay::Reopened reopened = replay.reopen_failed();
  EXPECT_THAT(reopened.dropped, ElementsAre("0.0"));
  ASSERT_EQ(reopened.changed.size(), 1u);
  EXPECT_EQ(reopened.changed.front().position, "0");
  EXPECT_FALSE(replay.has_from("0", 0));
}

TEST(ReplayTest, ForgetsWhatExplainsTheFailureThatIsTriedAgain) {
  CheckpointEntry inner = entry("1.1", 5, "agent_turn"), outer = entry("2", 8, "agent_turn");
  inner.start = outer.start = JsonObject{{"explains", true}};
  Replay replay({entry("0", 1), failed("1", 6, "procedure_call"), failed("1.0", 2, "step"), inner,
                 entry("1.1.0", 3, "model_response"), outer, entry("2.0", 7, "model_response")});
  const Replay::Reopened reopened = replay.reopen_failed();
  EXPECT_THAT(reopened.dropped, ElementsAre("2", "1.1"));
  ASSERT_EQ(reopened.changed.size(), 2u);
  EXPECT_EQ(reopened.changed[0].position, "1");
  EXPECT_EQ(reopened.changed[1].position, "1.0");
  EXPECT_THAT(positions(replay.nested_in("")), ElementsAre("0", "1", "1.0"));
}

}  // namespace
}  // namespace tactus::runtime
