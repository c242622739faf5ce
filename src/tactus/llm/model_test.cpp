#include <gtest/gtest.h>

#include <tactus/llm/model.hpp>

namespace tactus::llm {
namespace {

Settings word(const char* effort) {
  Settings settings;
  settings.reasoning_effort = effort;
  return settings;
}

Settings tokens(std::int64_t budget) {
  Settings settings;
  settings.reasoning_budget = budget;
  return settings;
}

TEST(Reasoning, IsAWordForProvidersThatTakeOne) {
  EXPECT_EQ(reasoning_effort_of({}), "");
  EXPECT_EQ(reasoning_effort_of(word("high")), "high");
  EXPECT_EQ(reasoning_effort_of(word("huge")), "huge") << "the provider may know it";
  EXPECT_EQ(reasoning_effort_of(tokens(0)), "none");
  EXPECT_EQ(reasoning_effort_of(tokens(1)), "minimal");
  EXPECT_EQ(reasoning_effort_of(tokens(8191)), "low");
  EXPECT_EQ(reasoning_effort_of(tokens(8192)), "medium");
  EXPECT_EQ(reasoning_effort_of(tokens(1'000'000)), "high");
}

TEST(Reasoning, IsABudgetForProvidersThatTakeOne) {
  EXPECT_EQ(reasoning_budget_of({}), std::nullopt);
  EXPECT_EQ(reasoning_budget_of(tokens(1234)), 1234);
  EXPECT_EQ(reasoning_budget_of(word("none")), 0);
  EXPECT_EQ(reasoning_budget_of(word("medium")), 8192);
  EXPECT_EQ(reasoning_budget_of(word("huge")), std::nullopt);
}

TEST(Reasoning, OneWayGivesTheOtherAndBack) {
  for (const char* effort : {"none", "minimal", "low", "medium", "high"}) {
    EXPECT_EQ(reasoning_effort_of(tokens(*reasoning_budget_of(word(effort)))), effort);
  }
}

}  // namespace
}  // namespace tactus::llm
