// A run may be killed after any entry: if it goes on as the laws say, they hold for the whole log,
// in every reading of it, and each reading folds to the same view.
#include <gmock/gmock.h>

#include <tactus/journal/fold.hpp>
#include <tactus/journal/laws.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using ::testing::IsEmpty;

// Writes what a runtime may write, by chance. It is killed by not being asked for the next entry.
class RandomRun {
 public:
  RandomRun(unsigned seed, RunLog& log) : random_(seed), log_(log) {
    log_.append(event(EventType::kExecution, {{"lifecycle_stage", "start"}, {"generation", 1}}));
  }

  // One more entry, or a few that always come together.
  void go_on() {
    if (request_open_) return answer();
    if (!turn_) return one_in(3) ? start_turn() : between_turns();
    if (executing_) return go_on_with_tool();
    switch (below(6)) {
      case 0:
        return receiving_call_ ? execute() : start_call();
      case 1:
        return finish_response();
      case 2:
        return receiving_call_ || message_.empty() ? receive() : supersede("retry");
      default:
        return receive();
    }
  }

  // The process is gone; another goes on.
  void resume() {
    ++generation_;
    log_.append(event(EventType::kExecution,
                      {{"lifecycle_stage", "resumed"}, {"generation", generation_}}));
    if (turn_ && (!message_.empty() || receiving_call_)) supersede("crash");
    if (executing_ && one_in(2)) tool("executing", {{"arguments", JsonObject{}}});
  }

  void finish() {
    while (turn_ || request_open_) go_on();
    log_.append(event(EventType::kExecutionSummary));
    log_.append(event(EventType::kExecution, {{"lifecycle_stage", one_in(2) ? "error" : "complete"},
                                              {"generation", generation_}}));
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::string new_id(const char* kind) { return kind + std::to_string(++ids_); }

  void between_turns() {
    if (one_in(4)) {
      request_ = new_id("q");
      log_.append(event(EventType::kHitlRequest, {{"request_id", request_}}));
      request_open_ = true;
    } else {
      log_.append(event(EventType::kCheckpoint, {{"position", "0.1"}, {"type", "step"}}));
    }
  }
  void answer() {
    if (one_in(2)) {
      log_.append(event(EventType::kExecution, {{"lifecycle_stage", "waiting"}}));
      log_.append(event(EventType::kExecution, {{"lifecycle_stage", "resumed"}}));
    }
    log_.append(event(EventType::kHitlResponse, {{"request_id", request_}}));
    request_open_ = false;
  }
  void start_turn() {
    turn_ = turn_scope(new_id("t"));
    log_.append(event(EventType::kAgentTurn, {{"stage", "started"}}, turn_));
  }
  void receive() {
    if (receiving_call_) {
      log_.append_delta(arguments_, arguments_sent_ ? " " : "{}");
      arguments_sent_ = true;
      return;
    }
    if (message_.empty()) {
      message_ = new_id("m");
      text_ = message(turn_, message_);
    }
    log_.append_delta(text_, "wörd ");
  }
  void start_call() {
    call_ = new_id("c");
    receiving_call_ = true;
    arguments_sent_ = false;
    arguments_ = tool_arguments(turn_, call_);
    tool("started");
  }
  void execute() {
    message_.clear();  // The response is complete, and stands.
    receiving_call_ = false;
    executing_ = true;
    tool("executing", {{"arguments", JsonObject{}}});
  }
  void go_on_with_tool() {
    if (one_in(2)) return tool("progress");
    tool(one_in(3) ? "failed" : "completed");
    executing_ = false;
  }
  void finish_response() {
    if (receiving_call_) return execute();
    message_.clear();
    if (one_in(3)) return;
    log_.append(
        event(EventType::kAgentTurn, {{"stage", "completed"}, {"finish_reason", "stop"}}, turn_));
    log_.append(event(EventType::kCost, {}, turn_));
    turn_ = nullptr;
  }
  void supersede(std::string_view reason) {
    JsonArray message_ids, call_ids;
    if (!message_.empty()) message_ids.push_back(Json(message_));
    if (receiving_call_) call_ids.push_back(Json(call_));
    log_.append(event(
        EventType::kAttemptSuperseded,
        {{"reason", reason}, {"message_ids", message_ids}, {"tool_call_ids", call_ids}}, turn_));
    turn_ = turn_scope(turn_->turn_id, turn_->attempt + 1);
    message_.clear();
    receiving_call_ = false;
  }
  void tool(std::string_view stage, JsonObject body = {}) {
    body["tool_call_id"] = call_;
    body["stage"] = stage;
    log_.append(event(EventType::kAgentToolCall, std::move(body), turn_));
  }

  std::mt19937 random_;
  RunLog& log_;
  int ids_ = 0;
  int generation_ = 1;
  TurnScopePtr turn_;    // Null between turns.
  std::string message_;  // Being received; empty = none.
  DeltaStreamPtr text_, arguments_;
  std::string call_;
  bool receiving_call_ = false;
  bool arguments_sent_ = false;
  bool executing_ = false;
  std::string request_;
  bool request_open_ = false;
};

TEST(GenerationProperty, ARunThatIsKilledAnywhereAndGoesOnKeepsTheLaws) {
  ManualClock clock;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    RunLog log({"run_1", "hello"}, 1, clock, nullptr);
    RandomRun run(seed, log);
    for (unsigned kill = 0; kill <= seed % 5; ++kill) {
      for (unsigned n = 0; n < seed % 37; ++n) run.go_on();
      if (seed % 7 == 0) run.finish();  // Also after its end it may go on.
      run.resume();
    }
    run.finish();
    const std::vector<std::string> alone = read_entries_alone(log);
    ASSERT_THAT(verify_laws(alone), IsEmpty());
    const Json view = *fold_events(alone);
    for (const Profile profile : {Profile::kDelta, Profile::kAccumulated}) {
      const std::vector<std::string> merged = read_all(log, {.profile = profile});
      ASSERT_THAT(verify_laws(merged), IsEmpty());
      ASSERT_EQ(*fold_events(merged), view);
    }
  }
}

}  // namespace
}  // namespace tactus::journal
