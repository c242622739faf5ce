#include <gmock/gmock.h>

#include <tactus/journal/laws.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Writes transcripts step by step; each test bends one of them.
class LawsTest : public ::testing::Test {
 protected:
  void start() { log_.append(event(EventType::kExecution, {{"lifecycle_stage", "start"}})); }
  void end() {
    log_.append(event(EventType::kExecutionSummary, {{"exit_code", 0}}));
    log_.append(event(EventType::kExecution, {{"lifecycle_stage", "complete"}}));
  }
  void turn(std::string_view stage, std::string_view reason = "stop") {
    JsonObject body{{"stage", stage}};
    if (stage != "started") body["finish_reason"] = reason;
    log_.append(event(EventType::kAgentTurn, std::move(body), scope_));
  }
  void cost() { log_.append(event(EventType::kCost, {{"total_cost", nullptr}}, scope_)); }
  void end_turn() {
    turn("completed");
    cost();
  }
  void tool(std::string_view stage, JsonObject body = {}) {
    body["tool_call_id"] = "c1";
    body["stage"] = stage;
    log_.append(event(EventType::kAgentToolCall, std::move(body), scope_));
  }
  void chunk(std::string_view text) { log_.append_delta(text_, text); }
  void arguments(std::string_view text) { log_.append_delta(arguments_, text); }

  std::vector<std::string> lines() const { return read_entries_alone(log_); }
  std::vector<std::string> findings() const { return verify_laws(lines()); }

  ManualClock clock_;
  RunLog log_{{"run_1", "hello"}, 1, clock_, nullptr};
  TurnScopePtr scope_ = turn_scope("t1");
  DeltaStreamPtr text_ = message(scope_, "m1");
  DeltaStreamPtr arguments_ = tool_arguments(scope_, "c1");
};

TEST_F(LawsTest, FollowsToolCallsThatBelongToNoTurn) {
  const auto call = [&](std::string_view stage, JsonObject body = {}) {
    body["parent"] = nullptr;
    body["tool_call_id"] = "x1";
    body["stage"] = stage;
    log_.append(event(EventType::kAgentToolCall, std::move(body)));
  };
  start();
  call("started");
  call("executing", {{"arguments", {{"q", 1}}}});
  call("completed");
  EXPECT_THAT(verify_laws(lines(), Transcript::kBeginning), IsEmpty());
  call("progress");
  EXPECT_THAT(verify_laws(lines(), Transcript::kBeginning), ElementsAre(HasSubstr("law 4")));
}

TEST_F(LawsTest, AcceptsAWholeRunInEveryReading) {
  start();
  turn("started");
  log_.append_delta(message(scope_, "r1", EventType::kAgentReasoningChunk), "hm");
  chunk("Once ");
  chunk("upon é");
  tool("started");
  arguments("{\"q\":");
  arguments("1}");
  tool("executing", {{"arguments", {{"q", 1}}}});
  tool("progress", {{"message", "half"}});
  tool("completed", {{"result", "found"}});
  log_.append(event(EventType::kAttemptSuperseded, {{"reason", "retry"}}, scope_));
  scope_ = turn_scope("t1", 1);
  log_.append_delta(message(scope_, "m2"), "Again");
  end_turn();
  log_.append(event(EventType::kLog, {{"message", "x"}}));
  end();
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_THAT(verify_laws(read_all(log_)), IsEmpty());
  EXPECT_THAT(verify_laws(read_all(log_, {.profile = Profile::kAccumulated})), IsEmpty());
}

TEST_F(LawsTest, ABeginningLacksNothingButIsNotComplete) {
  start();
  turn("started");
  chunk("a");
  EXPECT_THAT(verify_laws(lines(), Transcript::kBeginning), IsEmpty());
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("law 1: no terminal execution")));
  EXPECT_THAT(verify_laws({}), ElementsAre(HasSubstr("law 1: no events")));
}

TEST_F(LawsTest, Law1WantsOneStartFirstAndOneEndLastAfterTheSummary) {
  log_.append(event(EventType::kLog));
  start();
  log_.append(event(EventType::kExecution, {{"lifecycle_stage", "error"}}));
  log_.append(event(EventType::kLog));
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("seq 1: law 1: the first event is not execution(start)"),
                          HasSubstr("seq 2: law 1: a second execution(start)"),
                          HasSubstr("seq 3: law 1: execution_summary does not stand before it"),
                          HasSubstr("seq 4: law 1: an event after the terminal execution"),
                          HasSubstr("law 1: no execution_summary")));
}

TEST_F(LawsTest, Law2WantsATurnsEventsInsideItAndItsCostBehind) {
  start();
  chunk("early");
  turn("started");
  turn("started");
  cost();
  turn("completed");
  chunk("late");
  turn("failed", "error");
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("seq 2: law 2: before its agent_turn(started) (turn 't1')"),
                          HasSubstr("seq 4: law 2: started twice"),
                          HasSubstr("seq 5: law 2: its cost does not follow"),
                          HasSubstr("seq 7: law 2: after its terminal agent_turn"),
                          HasSubstr("seq 8: law 2: ends twice")));
}

TEST_F(LawsTest, Law2WantsExactlyOneCostOfACompletedTurn) {
  start();
  turn("started");
  turn("completed");
  end();
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("law 2: completed without cost")));
}

TEST_F(LawsTest, Law2KeepsSupersededAttemptsApart) {
  start();
  turn("started");
  log_.append(event(EventType::kAttemptSuperseded, {{"reason", "retry"}}, scope_));
  chunk("of the attempt that is history");
  turn("failed", "error");
  cost();
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("belongs to attempt 0, but attempt 1 is the current")));
}

TEST_F(LawsTest, Law3WantsAccumulatedTextToBeTheChunksJoined) {
  start();
  turn("started");
  chunk("ab");
  end_turn();
  end();
  std::vector<std::string> bent = read_all(log_, {.profile = Profile::kAccumulated});
  const std::string from = "\"accumulated_text\":\"ab\"";
  bent[2].replace(bent[2].find(from), from.size(), "\"accumulated_text\":\"aX\"");
  EXPECT_THAT(verify_laws(bent), ElementsAre(HasSubstr("law 3: accumulated_text of message 'm1'")));
}

TEST_F(LawsTest, Law3WantsAMessageInOneAttempt) {
  start();
  turn("started");
  chunk("a");
  log_.append(event(EventType::kAttemptSuperseded, {{"reason", "retry"}}, scope_));
  scope_ = turn_scope("t1", 1);
  log_.append_delta(message(scope_, "m1"), "b");
  end_turn();
  end();
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("law 3: message 'm1' began in attempt 0")));
}

TEST_F(LawsTest, Law4WantsAToolCallInItsOrder) {
  start();
  turn("started");
  arguments("{}");
  tool("started");
  tool("completed");
  tool("executing", {{"arguments", JsonObject{}}});
  end_turn();
  end();
  EXPECT_THAT(
      findings(),
      ElementsAre(HasSubstr("seq 3: law 4: 'arguments' of tool call 'c1' that was not started"),
                  HasSubstr("seq 5: law 4: 'completed' of tool call 'c1' after 'started'"),
                  HasSubstr("seq 6: law 4: 'executing' of tool call 'c1' after 'completed'"),
                  HasSubstr("seq 7: law 4: completed while tool call 'c1' stands at 'executing'")));
}

TEST_F(LawsTest, Law4WantsTheDeltasToBeTheArguments) {
  start();
  turn("started");
  tool("started");
  arguments("{\"q\":1");
  arguments("2}");
  tool("executing", {{"arguments", {{"q", 13}}}});
  tool("completed");
  end_turn();
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("law 4: the argument deltas '{\"q\":12}' are not")));
}

TEST_F(LawsTest, Law5WantsTruncatedTurnsToHaveFailed) {
  start();
  turn("started");
  turn("completed", "truncated");
  cost();
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("law 5: completed with finish_reason 'truncated'")));
}

TEST_F(LawsTest, Law6WantsNoTurnOpenAtTheEnd) {
  start();
  turn("started");
  end();
  EXPECT_THAT(findings(), ElementsAre(HasSubstr("law 6: a turn is still open (turn 't1')")));
}

TEST_F(LawsTest, Law7WantsWholeCharacters) {
  start();
  turn("started");
  chunk("🙂");
  end_turn();
  end();
  const std::vector<std::string> whole = lines();
  std::vector<std::string> bent = whole;
  bent[2].erase(bent[2].find("🙂"), 1);
  EXPECT_THAT(verify_laws(bent), Contains(HasSubstr("law 7: not valid UTF-8")));
  bent = whole;
  bent[2].replace(bent[2].find("🙂"), 4, "\\ud83d");
  EXPECT_THAT(verify_laws(bent), Contains(HasSubstr("law 7: not one JSON object")));
}

TEST_F(LawsTest, TheEnvelopeHasItsKeysFirstAndItsSeqDense) {
  start();
  turn("started");
  chunk("a");
  chunk("b");
  end_turn();
  end();
  const std::vector<std::string> whole = lines();
  const auto bend = [&](std::size_t line, const std::string& from, const std::string& to) {
    std::vector<std::string> bent = whole;
    bent[line].replace(bent[line].find(from), from.size(), to);
    return verify_laws(bent);
  };
  EXPECT_THAT(bend(1, "\"run_id\"", "\"id\""), Contains(HasSubstr("are not the first keys")));
  EXPECT_THAT(bend(1, "run_1", "run_2"), Contains(HasSubstr("run_id is not that of the log")));
  EXPECT_THAT(bend(1, "hello", "x"), Contains(HasSubstr("procedure_id is not that of the log")));
  EXPECT_THAT(bend(1, ".000000Z", "Z"), Contains(HasSubstr("the timestamp is not RFC 3339")));
  EXPECT_THAT(bend(1, ".000000Z", ".000000+00:00"), Contains(HasSubstr("RFC 3339")));
  EXPECT_THAT(bend(1, "agent_turn", "agent_trun"), Contains(HasSubstr("unknown event type")));
  EXPECT_THAT(bend(1, "\"parent\"", "\"parents\""), Contains(HasSubstr("the turn scope")));
  EXPECT_THAT(bend(4, "\"seq\":5", "\"seq\":7"), Contains(HasSubstr("entries 5 to 6 are missing")));
  EXPECT_THAT(bend(4, "\"seq\":5", "\"seq\":4"), Contains(HasSubstr("seq is not past 4")));
  std::vector<std::string> without_a_delta = whole;
  without_a_delta.erase(without_a_delta.begin() + 3);
  EXPECT_THAT(verify_laws(without_a_delta), Contains(HasSubstr("entries 4 to 4 are missing")));
}

TEST_F(LawsTest, APartialOutputIsBuiltFromItsRootInward) {
  const auto delta = [&](std::string_view path, std::string_view op, Json value = nullptr,
                         Json valid = nullptr) {
    JsonObject body{{"path", path}, {"op", op}, {"valid", std::move(valid)}};
    if (!value.is_null()) body["value"] = std::move(value);
    log_.append(event(EventType::kAgentOutputDelta, std::move(body), scope_));
  };
  const DeltaStreamPtr name = message(scope_, "/name", EventType::kAgentOutputDelta);
  start();
  turn("started");
  delta("", "set", JsonObject());
  delta("/name", "set", "A");
  log_.append_delta(name, "d");
  log_.append_delta(name, "a");
  delta("/name", "complete", nullptr, true);
  delta("/age", "complete", 36, true);
  delta("", "complete", nullptr, true);
  delta("", "set", JsonObject());  // A later request begins anew.
  delta("/x", "set", nullptr, false);
  end_turn();
  end();
  EXPECT_THAT(findings(), IsEmpty());
  EXPECT_THAT(verify_laws(read_all(log_)), IsEmpty());
}

TEST_F(LawsTest, FindsPartialOutputThatIsNotOpen) {
  const auto delta = [&](std::string_view path, std::string_view op, Json value = nullptr,
                         Json valid = nullptr) {
    JsonObject body{{"path", path}, {"op", op}, {"valid", std::move(valid)}};
    if (!value.is_null()) body["value"] = std::move(value);
    log_.append(event(EventType::kAgentOutputDelta, std::move(body), scope_));
  };
  start();
  turn("started");
  delta("/a", "set", "x");
  delta("", "set", JsonObject());
  delta("/b", "append", "x");
  delta("/c", "complete");
  delta("/d", "set", "x");
  delta("/d", "set", "y");
  delta("/e", "grow", "y", false);
  delta("/f", "set", "y");
  end_turn();
  end();
  EXPECT_THAT(findings(),
              ElementsAre(HasSubstr("law 9: 'set' at '/a', which is in nothing"),
                          HasSubstr("law 9: append at '/b', which is not open"),
                          HasSubstr("law 9: complete of '/c', which is not open"),
                          HasSubstr("law 9: '/d' is set again, or to nothing"),
                          HasSubstr("law 9: unknown op 'grow'"),
                          HasSubstr("law 9: 'set' at '/f' of an output that was given up")));
}

}  // namespace
}  // namespace tactus::journal
