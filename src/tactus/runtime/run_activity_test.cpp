#include <fmt/format.h>
#include <gmock/gmock.h>

#include <tactus/runtime/run_activity.hpp>

namespace tactus::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> runs_since(const RunActivity& activity, std::uint64_t version) {
  std::vector<std::string> runs;
  const auto changes = activity.since(version);
  EXPECT_TRUE(changes);
  if (!changes) return runs;
  for (const RunActivity::Change& change : *changes) runs.push_back(change.run_id);
  return runs;
}

TEST(RunActivity, TellsEachRunOnceInTheOrderOfItsLastChange) {
  RunActivity activity;
  const std::uint64_t start = activity.version();
  EXPECT_THAT(runs_since(activity, start), IsEmpty());
  for (const char* run : {"a", "b", "a", "c", "b"}) activity.note(run);
  EXPECT_THAT(runs_since(activity, start), ElementsAre("a", "c", "b"));
}

TEST(RunActivity, GoesOnAfterAnyChangeThatWasRead) {
  RunActivity activity;
  for (const char* run : {"a", "b", "c"}) activity.note(run);
  const auto changes = activity.since(0);
  ASSERT_TRUE(changes);
  activity.note("b");
  EXPECT_THAT(runs_since(activity, (*changes)[0].version), ElementsAre("c", "b"));
  EXPECT_THAT(runs_since(activity, (*changes)[2].version), ElementsAre("b"));
  EXPECT_THAT(runs_since(activity, activity.version()), IsEmpty());
}

TEST(RunActivity, SaysThatACursorIsTooOldOrNotItsOwn) {
  RunActivity activity;
  for (std::size_t i = 0; i < RunActivity::kRunsMax; ++i) activity.note(fmt::format("run-{}", i));
  EXPECT_TRUE(activity.since(0));
  activity.note("one more");
  EXPECT_FALSE(activity.since(0));
  EXPECT_THAT(activity.since(1)->size(), RunActivity::kRunsMax);
  EXPECT_FALSE(activity.since(activity.version() + 1));
  EXPECT_NE(RunActivity().epoch(), activity.epoch());
}

TEST(RunActivity, KeepsNoMoreThanItsBoundOfRunsThatChangeAgainAndAgain) {
  RunActivity activity;
  for (int i = 0; i < 10'000; ++i) activity.note(i % 2 == 0 ? "a" : "b");
  EXPECT_THAT(runs_since(activity, 0), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace tactus::runtime
