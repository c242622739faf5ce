#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/cli/turn_lanes.hpp>

namespace tactus::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json turn(const std::string& id, const std::string& stage, const std::string& parent = "") {
  return JsonObject{
      {"event_type", "agent_turn"}, {"turn_id", id}, {"stage", stage}, {"parent", parent}};
}
Json text(const std::string& id, const std::string& piece, const std::string& parent = "") {
  return JsonObject{{"event_type", "agent_stream_chunk"},
                    {"turn_id", id},
                    {"chunk_text", piece},
                    {"parent", parent}};
}
Json cost(const std::string& id) { return JsonObject{{"event_type", "cost"}, {"turn_id", id}}; }

class TurnLanesTest : public testing::Test {
 protected:
  // What is shown of the event, in short: turn and text or stage.
  std::vector<std::string> take(const Json& event) {
    std::vector<std::string> shown;
    for (const Json& one : lanes_.take(event)) {
      const std::string id(string_member(one, "turn_id", string_member(one, "event_type")));
      shown.push_back(id + std::string(string_member(one, "chunk_text")) +
                      std::string(string_member(one, "stage")));
    }
    return shown;
  }
  TurnLanes lanes_;
};

TEST_F(TurnLanesTest, ShowOneOfTwoTurnsAndThenTheOther) {
  EXPECT_THAT(take(turn("a", "started")), ElementsAre("astarted"));
  EXPECT_THAT(take(turn("b", "started")), IsEmpty());
  EXPECT_THAT(take(text("a", "1")), ElementsAre("a1"));
  EXPECT_THAT(take(text("b", "1")), IsEmpty());
  EXPECT_THAT(take(turn("a", "completed")), ElementsAre("acompleted"));
  EXPECT_THAT(take(cost("a")), ElementsAre("a", "bstarted", "b1"));
  EXPECT_THAT(take(text("b", "2")), ElementsAre("b2")) << "live from here on";
}

TEST_F(TurnLanesTest, ShowATurnInAToolOfTheShownOneAtOnce) {
  take(turn("a", "started"));
  EXPECT_THAT(take(JsonObject{{"event_type", "agent_tool_call"},
                              {"turn_id", "a"},
                              {"tool_call_id", "c"},
                              {"stage", "executing"}}),
              ElementsAre("aexecuting"));
  EXPECT_THAT(take(text("nested", "1", "c")), ElementsAre("nested1"));
  // In a procedure that the tool calls.
  take(JsonObject{{"event_type", "procedure_call"}, {"call_id", "p"}, {"parent", "c"}});
  EXPECT_THAT(take(text("deeper", "1", "p")), ElementsAre("deeper1"));
  EXPECT_THAT(take(text("other", "1")), IsEmpty());
}

TEST_F(TurnLanesTest, GoOnAfterATurnThatSentNothing) {
  take(turn("a", "started"));
  take(text("b", "1"));
  take(turn("a", "failed"));
  EXPECT_THAT(take(text("b", "2")), ElementsAre("b1", "b2"));
}

TEST_F(TurnLanesTest, HoldNothingOutsideTurnsNorBeyondTheEnd) {
  take(turn("a", "started"));
  take(text("b", "1"));
  take(text("c", "1"));
  EXPECT_THAT(take(JsonObject{{"event_type", "log"}}), ElementsAre("log"));
  EXPECT_THAT(take(JsonObject{{"event_type", "execution_summary"}}),
              ElementsAre("b1", "c1", "execution_summary"));
}

}  // namespace
}  // namespace tactus::cli
