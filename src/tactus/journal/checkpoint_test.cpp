#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include <tactus/journal/checkpoint.hpp>

namespace tactus::journal {
namespace {

TEST(EntryStatus, HasANameThatLeadsBackToIt) {
  for (int i = 0; i <= static_cast<int>(EntryStatus::kFailed); ++i) {
    const auto status = static_cast<EntryStatus>(i);
    EXPECT_EQ(entry_status_from_name(entry_status_name(status)), status);
  }
  EXPECT_EQ(entry_status_name(EntryStatus::kWaiting), "waiting");
  EXPECT_EQ(entry_status_from_name("done"), std::nullopt);
}

TEST(Position, IsIndicesJoinedByDots) {
  for (const char* text : {"0", "3.2.0", "10.007", "123456789012345678901234567890"}) {
    EXPECT_TRUE(is_position(text)) << text;
  }
  for (const char* text : {"", ".", "3.", ".3", "3..2", "-1", "3.a", " 3", "3,2"}) {
    EXPECT_FALSE(is_position(text)) << text;
  }
}

TEST(Position, SortsAsTheProgramRan) {
  const std::vector<std::string> sorted = {"0",
                                           "1",
                                           "2",
                                           "3",
                                           "3.0",
                                           "3.1",
                                           "3.1.0",
                                           "3.2",
                                           "3.2.0",
                                           "3.9",
                                           "3.10",
                                           "3.10.1",
                                           "4",
                                           "9",
                                           "10",
                                           "30",
                                           "99999999999999999999"};
  std::vector<std::string> shuffled = sorted;
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::sort(shuffled.begin(), shuffled.end(), position_less);
    EXPECT_EQ(shuffled, sorted);
  }
  EXPECT_FALSE(position_less("3.2", "3.2"));
  EXPECT_NE(position_less("3", "03"), position_less("03", "3")) << "a total order";
}

TEST(Position, IsNestedInItsScopeOnly) {
  EXPECT_TRUE(is_nested_in("3.1", "3"));
  EXPECT_TRUE(is_nested_in("3.1.0", "3"));
  EXPECT_FALSE(is_nested_in("3", "3"));
  EXPECT_FALSE(is_nested_in("30", "3"));
  EXPECT_FALSE(is_nested_in("30.1", "3"));
  EXPECT_FALSE(is_nested_in("3", "3.1"));
}

}  // namespace
}  // namespace tactus::journal
