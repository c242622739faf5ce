#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/runtime/log_trace.hpp>

namespace tactus::runtime {
namespace {

using journal::EventType;
using ::testing::ElementsAre;

class LogTraceTest : public testing::Test {
 protected:
  void say(EventType type, JsonObject body, const std::string& turn = "", int attempt = 0) {
    journal::TurnScopePtr scope;
    if (!turn.empty()) {
      scope = std::make_shared<journal::TurnScope>(
          journal::TurnScope{"writer", turn, attempt, "call_0"});
    }
    log_.append({type, scope, std::move(body)});
  }
  void text(const std::string& message, const std::string& turn, int attempt) {
    const auto scope =
        std::make_shared<journal::TurnScope>(journal::TurnScope{"writer", turn, attempt, ""});
    const auto stream = std::make_shared<journal::DeltaStream>(
        journal::DeltaStream{EventType::kAgentStreamChunk, scope, message, ""});
    log_.append_delta(stream, "some text");
  }

  ManualClock clock_;
  journal::RunLog log_{journal::RunIdentity{"run_1", "main"}, 1, clock_, nullptr};
};

TEST_F(LogTraceTest, ReadsHowFarTurnsCame) {
  say(EventType::kAgentTurn, {{"stage", "started"}}, "t0");
  text("m1", "t0", 0);
  say(EventType::kAttemptSuperseded, {{"reason", "retry"}}, "t0", 0);
  text("m2", "t0", 1);
  say(EventType::kAgentToolCall,
      {{"tool_call_id", "call_1"}, {"tool_name", "look"}, {"stage", "started"}}, "t0", 1);
  say(EventType::kAgentTurn, {{"stage", "started"}}, "t1");
  say(EventType::kAgentOutput, {{"output", 1}}, "t1");
  say(EventType::kAgentTurn, {{"stage", "completed"}}, "t1");
  say(EventType::kCost, {{"total_tokens", 9}}, "t1");
  const LogTrace trace = LogTrace::of(log_);
  const TurnTrace& open = trace.turns.at("t0");
  EXPECT_EQ(open.end, "");
  EXPECT_EQ(open.agent_name, "writer");
  EXPECT_EQ(open.parent, "call_0");
  EXPECT_EQ(open.attempt, 1);
  EXPECT_THAT(open.message_ids, ElementsAre("m2")) << "of the last attempt";
  EXPECT_THAT(open.tool_call_ids, ElementsAre("call_1"));
  EXPECT_THAT(open.superseded, ElementsAre(0));
  const TurnTrace& ended = trace.turns.at("t1");
  EXPECT_EQ(ended.end, "completed");
  EXPECT_TRUE(ended.has_output);
  EXPECT_TRUE(ended.has_cost);
  ASSERT_EQ(trace.costs.size(), 1u);
}

TEST_F(LogTraceTest, ReadsHowFarCallsCame) {
  const auto call = [&](const char* id, const char* stage) {
    say(EventType::kAgentToolCall,
        {{"tool_call_id", id}, {"tool_name", "look"}, {"stage", stage}, {"parent", nullptr}});
  };
  for (const char* stage : {"started", "executing", "progress"}) call("x1", stage);
  for (const char* stage : {"started", "executing", "failed"}) call("x2", stage);
  say(EventType::kProcedureCall, {{"call_id", "p3"}, {"stage", "started"}});
  say(EventType::kHitlRequest, {{"request_id", "h4"}});
  say(EventType::kHitlRequest, {{"request_id", "h5"}});
  say(EventType::kHitlResponse, {{"request_id", "h5"}});
  const LogTrace trace = LogTrace::of(log_);
  EXPECT_TRUE(trace.tool_call_reached("x1", "executing"));
  EXPECT_FALSE(trace.tool_call_reached("x1", "completed"));
  EXPECT_TRUE(trace.tool_call_reached("x2", "completed")) << "it has ended";
  EXPECT_FALSE(trace.tool_call_reached("x3", "started"));
  EXPECT_EQ(trace.procedures.at("p3"), "started");
  EXPECT_FALSE(trace.requests.at("h4"));
  EXPECT_TRUE(trace.requests.at("h5"));
  EXPECT_THAT(trace.tools_used, ElementsAre("look"));
}

TEST(LogTraceIdentityTest, IsTheNewestOfSeveralTries) {
  const std::map<std::string, std::string> told = {
      {"p1", "failed"},   {"p1.0", "started"}, {"p10", "completed"}, {"p1r10", "started"},
      {"p1r2", "failed"}, {"p1r9", "failed"},  {"p2r3", "failed"}};
  EXPECT_EQ(LogTrace::newest(told, "p1"), "p1r10");
  EXPECT_EQ(LogTrace::newest(told, "p10"), "p10");
  EXPECT_EQ(LogTrace::newest(told, "p2"), "p2r3");
  EXPECT_EQ(LogTrace::newest(told, "p3"), "");
}

}  // namespace
}  // namespace tactus::runtime
