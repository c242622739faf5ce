#include <gtest/gtest.h>

#include <tactus/cli/sentence_hold.hpp>

namespace tactus::cli {
namespace {

TEST(SentenceHoldTest, GivesWholeSentencesAndLines) {
  SentenceHold hold;
  EXPECT_EQ(hold.add("Once upon"), "");
  EXPECT_EQ(hold.add(" a time. There"), "Once upon a time. ");
  EXPECT_EQ(hold.add(" was 3.5 of it"), "");
  EXPECT_EQ(hold.add("\nand more"), "There was 3.5 of it\n");
  EXPECT_EQ(hold.add(", he said! \nEnd"), "and more, he said! \n");
  EXPECT_EQ(hold.add("\n"), "End\n");
}

TEST(SentenceHoldTest, LosesNothingHoweverItIsCut) {
  const std::string text = "Is it so? Yes: it is. \"No.\" 3.5 + 4.\n\n1. One\n2. Two. Three\n";
  for (std::size_t step = 1; step < 9; ++step) {
    SentenceHold hold;
    std::string all;
    for (std::size_t at = 0; at < text.size(); at += step) all += hold.add(text.substr(at, step));
    EXPECT_EQ(all, text) << "in pieces of " << step;
  }
}

}  // namespace
}  // namespace tactus::cli
