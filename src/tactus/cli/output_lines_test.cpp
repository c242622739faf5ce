#include <gtest/gtest.h>

#include <tactus/cli/output_lines.hpp>

namespace tactus::cli {
namespace {

class OutputLinesTest : public ::testing::Test {
 protected:
  void show(std::string_view json) { screen_ += lines_.show(parse_json(json).value()); }
  OutputLines lines_{Style{}};
  std::string screen_;
};

TEST_F(OutputLinesTest, FieldsAppearAndTextsGrow) {
  show(R"({"path":"","op":"set","value":{},"valid":null})");
  show(R"({"path":"/title","op":"set","value":"A calm","valid":null})");
  EXPECT_TRUE(lines_.open());
  show(R"({"path":"/title","op":"append","value":" week\nby the sea","valid":null})");
  show(R"({"path":"/title","op":"complete","valid":true})");
  show(R"({"path":"/days","op":"complete","value":3,"valid":true})");
  show(R"({"path":"/tags","op":"set","value":[],"valid":null})");
  show(R"({"path":"/tags/0","op":"complete","value":"temples","valid":true})");
  show(R"({"path":"/tags","op":"complete","valid":true})");
  show(R"({"path":"/a~1b","op":"complete","value":null,"valid":true})");
  show(R"({"path":"","op":"complete","valid":true})");
  EXPECT_FALSE(lines_.open());
  EXPECT_EQ(
      screen_,
      "  title: A calm week\n    by the sea\n  days: 3\n  tags: \n    - temples\n  a/b: null\n");
  EXPECT_TRUE(lines_.take_shown());
  EXPECT_FALSE(lines_.take_shown());
}

TEST_F(OutputLinesTest, TextThatWasInterruptedGoesOnUnderItsName) {
  show(R"({"path":"","op":"set","value":{},"valid":null})");
  show(R"({"path":"/title","op":"set","value":"A calm","valid":null})");
  lines_.interrupt();
  screen_ += "\nlog\n";
  show(R"({"path":"/title","op":"append","value":" week","valid":null})");
  EXPECT_EQ(screen_, "  title: A calm\nlog\n  title:  week");
}

TEST_F(OutputLinesTest, WhatIsNotValidIsSaidWhereItStands) {
  show(R"({"path":"","op":"set","value":{},"valid":null})");
  show(R"({"path":"/mood","op":"set","value":"wild","valid":false})");
  show(R"({"path":"/days","op":"set","valid":false})");
  EXPECT_EQ(screen_, "  mood: wild\n  mood is not valid\n  days is not valid\n");
}

TEST_F(OutputLinesTest, NothingInItSteersTheTerminal) {
  show(R"({"path":"","op":"set","value":{},"valid":null})");
  show(R"({"path":"/a\u001b[2J","op":"set","value":"x\u001b[31m","valid":null})");
  EXPECT_EQ(screen_.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace tactus::cli
