// The laws of runs that wait, are cut off, and go on in a later generation.
#include <gmock/gmock.h>

#include <tactus/journal/laws.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GenerationLawsTest : public ::testing::Test {
 protected:
  void execution(std::string_view stage, int generation = 1) {
    log_.append(
        event(EventType::kExecution, {{"lifecycle_stage", stage}, {"generation", generation}}));
  }
  void end(int generation = 1, std::string_view stage = "complete") {
    log_.append(event(EventType::kExecutionSummary));
    execution(stage, generation);
  }
  void turn(std::string_view stage) {
    JsonObject body{{"stage", stage}};
    if (stage != "started") body["finish_reason"] = stage == "failed" ? "error" : "stop";
    log_.append(event(EventType::kAgentTurn, std::move(body), scope_));
  }
  void end_turn() {
    turn("completed");
    log_.append(event(EventType::kCost, {}, scope_));
  }
  void chunk(const std::string& id) { log_.append_delta(message(scope_, id), "text"); }
  void tool(std::string_view stage, JsonObject body = {}) {
    body["tool_call_id"] = "c1";
    body["stage"] = stage;
    if (stage == "executing") body["arguments"] = JsonObject{};
    log_.append(event(EventType::kAgentToolCall, std::move(body), scope_));
  }
  void crash(JsonArray message_ids, JsonArray tool_call_ids = {}) {
    log_.append(event(EventType::kAttemptSuperseded,
                      {{"reason", "crash"},
                       {"message_ids", std::move(message_ids)},
                       {"tool_call_ids", std::move(tool_call_ids)}},
                      scope_));
    scope_ = turn_scope("t1", scope_->attempt + 1);
  }
  void ask(EventType type, std::string_view id) { log_.append(event(type, {{"request_id", id}})); }

  std::vector<std::string> findings(Transcript transcript = Transcript::kComplete) const {
    return verify_laws(read_entries_alone(log_), transcript);
  }

  ManualClock clock_;
  RunLog log_{{"run_1", "hello"}, 1, clock_, nullptr};
  TurnScopePtr scope_ = turn_scope("t1");
};

TEST_F(GenerationLawsTest, ARunMayGoOnAfterItsEndAndAfterACrash) {
  execution("start");
  end(1, "error");
  execution("resumed", 2);
  log_.append(event(EventType::kLog));
  execution("resumed", 5);
  end(5);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(GenerationLawsTest, OnlyResumingInAHigherGenerationFollowsAnEnd) {
  execution("start");
  end(1, "error");
  execution("resumed", 1);
  execution("start", 2);
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("seq 4: law 1: an event after the terminal"),
                                      HasSubstr("seq 4: law 1: resumed in its generation without"),
                                      HasSubstr("seq 5: law 1: an event after the terminal"),
                                      HasSubstr("seq 5: law 1: belongs to generation 2, but 1"),
                                      HasSubstr("seq 5: law 1: a second execution(start)")));
}

TEST_F(GenerationLawsTest, EachGenerationHasItsOwnEndAndSummary) {
  execution("start");
  end(1, "error");
  execution("resumed", 2);
  execution("complete", 2);
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("seq 5: law 1: execution_summary does not stand"),
                                      HasSubstr("law 1: no execution_summary")));
}

TEST_F(GenerationLawsTest, AGenerationDoesNotEndUnderTheNumberOfAnother) {
  execution("start");
  execution("resumed", 2);
  end(1);
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("belongs to generation 1, but 2 is the current")));
}

TEST_F(GenerationLawsTest, ARunWaitsAndGoesOnWithinAGeneration) {
  execution("start");
  execution("waiting");
  execution("resumed");
  execution("waiting");
  execution("resumed", 2);
  end(2);
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_THAT(findings(Transcript::kBeginning), IsEmpty());
}

TEST_F(GenerationLawsTest, NothingIsResumedThatDidNotWait) {
  execution("start");
  execution("waiting");
  execution("resumed");
  execution("resumed");
  execution("paused");
  end();
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("seq 4: law 1: resumed in its generation without"),
                                      HasSubstr("seq 5: law 1: unknown lifecycle_stage 'paused'")));
}

TEST_F(GenerationLawsTest, ATurnThatWasCutOffIsContinuedUnderTheNextAttempt) {
  execution("start");
  turn("started");
  chunk("m1");
  tool("started");
  execution("resumed", 2);
  crash({"m1"}, {"c1"});
  chunk("m2");
  end_turn();
  end(2);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(GenerationLawsTest, ATurnIsContinuedAsItIsIfNothingWasSuperseded) {
  for (const bool executes_again : {false, true}) {
    RunLog log({"run_1", "hello"}, 1, clock_, nullptr);
    const auto tool_call = [&](std::string_view stage) {
      JsonObject body{{"tool_call_id", "c1"}, {"stage", stage}};
      if (stage == "executing") body["arguments"] = JsonObject{};
      log.append(event(EventType::kAgentToolCall, std::move(body), scope_));
    };
    log.append(event(EventType::kExecution, {{"lifecycle_stage", "start"}}));
    log.append(event(EventType::kAgentTurn, {{"stage", "started"}}, scope_));
    tool_call("started");
    tool_call("executing");
    log.append(event(EventType::kExecution, {{"lifecycle_stage", "resumed"}, {"generation", 2}}));
    if (executes_again) tool_call("executing");
    tool_call("completed");
    EXPECT_THAT(verify_laws(read_entries_alone(log), Transcript::kBeginning), IsEmpty());
  }
}

TEST_F(GenerationLawsTest, AToolCallIsExecutedAgainOnlyAfterACrash) {
  execution("start");
  turn("started");
  tool("started");
  tool("executing");
  tool("executing");
  EXPECT_THAT(findings(Transcript::kBeginning),
              ElementsAre(HasSubstr("law 4: 'executing' of tool call 'c1' after 'executing'")));
}

TEST_F(GenerationLawsTest, WhatWasBeingReceivedIsNotContinued) {
  execution("start");
  turn("started");
  chunk("m1");
  tool("started");
  execution("resumed", 2);
  chunk("m1");
  log_.append_delta(tool_arguments(scope_, "c1"), "{}");
  EXPECT_THAT(
      findings(Transcript::kBeginning),
      ElementsAre(
          HasSubstr("seq 6: law 3: message 'm1' was cut off with an earlier generation"),
          HasSubstr("seq 7: law 4: tool call 'c1' was cut off with an earlier generation")));
}

TEST_F(GenerationLawsTest, WhatWasSupersededIsNotContinued) {
  execution("start");
  turn("started");
  tool("started");
  execution("resumed", 2);
  crash({}, {"c1"});
  tool("executing");
  EXPECT_THAT(findings(Transcript::kBeginning),
              ElementsAre(HasSubstr("law 4: 'executing' of tool call 'c1', which was superseded")));
}

TEST_F(GenerationLawsTest, ACallThatStandsIsEndedBeforeItsTurn) {
  execution("start");
  turn("started");
  tool("started");
  tool("executing");
  chunk("m1");
  execution("resumed", 2);
  crash({"m1"});
  end_turn();
  EXPECT_THAT(findings(Transcript::kBeginning),
              ElementsAre(HasSubstr("completed while tool call 'c1' stands at 'executing'")));
}

TEST_F(GenerationLawsTest, ACrashSupersedesOnceInATurnThatWasCutOffAndNamesWhat) {
  execution("start");
  turn("started");
  chunk("m1");
  crash({"m1"});
  execution("resumed", 2);
  crash({});
  crash({"m1"});
  EXPECT_THAT(findings(Transcript::kBeginning),
              ElementsAre(HasSubstr("seq 4: law 2: superseded by a crash, but no generation"),
                          HasSubstr("seq 6: law 2: superseded by a crash without naming what"),
                          HasSubstr("seq 7: law 2: superseded by a crash, but no generation")));
}

TEST_F(GenerationLawsTest, ATurnThatWasCutOffIsOpenUntilItEnds) {
  execution("start");
  turn("started");
  execution("resumed", 2);
  end(2);
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("law 6: a turn is still open (turn 't1')")));
}

TEST_F(GenerationLawsTest, AnAnswerNamesARequestAndIsTheOnlyOne) {
  execution("start");
  ask(EventType::kHitlRequest, "q1");
  execution("waiting");
  execution("resumed", 2);
  ask(EventType::kHitlResponse, "q1");
  ask(EventType::kHitlResponse, "q1");
  ask(EventType::kHitlResponse, "q2");
  ask(EventType::kHitlRequest, "q1");
  ask(EventType::kHitlRequest, "");
  end(2);
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("seq 6: law 8: a second answer to request 'q1'"),
                          HasSubstr("seq 7: law 8: answers request 'q2', which was not made"),
                          HasSubstr("seq 8: law 8: request 'q1' is made twice"),
                          HasSubstr("seq 9: law 8: no request_id")));
}

TEST_F(GenerationLawsTest, ACheckpointHasAPositionAndAType) {
  execution("start");
  log_.append(event(EventType::kCheckpoint, {{"position", "3.2"}, {"type", "step"}}));
  log_.append(event(EventType::kCheckpoint, {{"position", "3."}}));
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("law 8: '3.' is not a position"), HasSubstr("law 8: no type")));
}

}  // namespace
}  // namespace tactus::journal
