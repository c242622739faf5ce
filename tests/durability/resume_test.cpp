// Single rules of durable execution, each on a program of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/journal/laws.hpp>

#include "crash_run.hpp"

namespace tactus::durability {
namespace {

using journal::RunStatus;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool waits(const journal::RunRecord& record) {
  return record.status == RunStatus::kWaitingForHuman || record.status == RunStatus::kSleeping;
}

CrashRun::Process until_it_waits() {
  CrashRun::Process process;
  process.answers = false;
  process.stop_at = waits;
  return process;
}

Outcome checked(const CrashRun& run) {
  Outcome outcome = run.outcome();
  EXPECT_THAT(journal::verify_laws(outcome.lines), IsEmpty());
  return outcome;
}

std::size_t lines_with(const Outcome& outcome, const std::string& text) {
  std::size_t count = 0;
  for (const std::string& line : outcome.lines) count += line.find(text) != std::string::npos;
  return count;
}

TEST(ResumeTest, ASleepEndsAtItsRecordedTime) {
  CrashRun run(
      "main = procedure('main', {}, function() checkpoint() Sleep('1h') return os.clock() end)");
  ManualClock clock;
  run.use_clock(clock);
  EXPECT_EQ(run.run(until_it_waits()).record.status, RunStatus::kSleeping);
  clock.advance(std::chrono::minutes(10));
  EXPECT_EQ(run.run(until_it_waits()).record.status, RunStatus::kSleeping) << "50 minutes are left";
  clock.advance(std::chrono::hours(2));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(run.run().record.status, RunStatus::kCompleted);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  EXPECT_EQ(checked(run).result, Json(7800.0)) << "as the program sees it, it slept until now";
}

TEST(ResumeTest, AHumanIsAskedOnceAndAnswersWhileNobodyRuns) {
  CrashRun run(R"(
    tool("ask", { parameters = {} }, function() Log.info("ran ask") return tostring((Human.approve{ message = "Sure?" })) end)
    agent("a", { provider = "scripted", tools = { "ask" }, script = {
      { text = "Asking.", tool_calls = { { name = "ask", args = {} } } }, { text = "Yes.", expect = "true" } } })
    main = procedure("main", {}, function() return A.turn().text end))");
  const Ending left = run.run(until_it_waits());
  EXPECT_EQ(left.record.status, RunStatus::kWaitingForHuman);
  ASSERT_EQ(left.record.pending.size(), 1u);
  const std::string id(string_member(left.record.pending[0], "request_id"));
  EXPECT_EQ(run.answer("h9", true).error().code, ErrorCode::kHitlOption);
  EXPECT_EQ(run.answer(id, "perhaps").error().code, ErrorCode::kHitlOption);
  ASSERT_TRUE(run.answer(id, "yes"));
  EXPECT_TRUE(run.answer(id, "yes")->repeated);
  EXPECT_EQ(run.answer(id, "no").error().code, ErrorCode::kHitlAnswered);
  CrashRun::Process process;
  process.answers = false;
  EXPECT_EQ(run.run(process).record.status, RunStatus::kCompleted);
  const Outcome outcome = checked(run);
  EXPECT_EQ(outcome.result, Json("Yes."));
  EXPECT_EQ(lines_with(outcome, "\"hitl_request\""), 1u);
  EXPECT_EQ(lines_with(outcome, "\"hitl_response\""), 1u);
}

const char* const kTwoOperations = R"(
  agent("a", { provider = "scripted", tools = {}, script = { "A" } })
  main = procedure("main", {}, function()
    A.turn()
    Step.run("s", function() end)
    Sleep("1h")
  end))";
const char* const kSwapped = R"(
  agent("a", { provider = "scripted", tools = {}, script = { "A" } })
  main = procedure("main", {}, function()
    pcall(Step.run, "s", function() end)
    A.turn()
    Sleep("1h")
  end))";

TEST(ResumeTest, AChangedProgramIsRefused) {
  CrashRun run(kTwoOperations);
  run.run(until_it_waits());
  run.change_source(kSwapped);
  const Ending refused = run.run();
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->code, ErrorCode::kSourceChanged);
  EXPECT_THAT(refused.refused->message, HasSubstr("program.tac"));
  EXPECT_EQ(refused.record.status, RunStatus::kSleeping) << "nothing has happened to the run";
  run.change_source(kTwoOperations);
  EXPECT_FALSE(run.run(until_it_waits()).refused);
}

TEST(ResumeTest, AChangedModuleIsRefused) {
  CrashRun run(R"(
  local words = require("words")
  main = procedure("main", {}, function() Sleep("1h") return words end))");
  run.write_file("words.lua", "return 1");
  run.run(until_it_waits());
  run.write_file("words.lua", "return 2");
  const Ending refused = run.run();
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->code, ErrorCode::kSourceChanged);
}

TEST(ResumeTest, AChangedFileThatWasCalledIsRefused) {
  CrashRun run(R"(
  main = procedure("main", {}, function() Procedure.run("lib/part") Sleep("1h") return Procedure.run("lib/part") end))");
  const std::string part = R"(
  main = procedure("main", {}, function() return require("lib.words") .. tostring(State.increment("calls")) end))";
  run.write_file("lib/part.tac", part);
  run.write_file("lib/words.lua", "return 'one '");
  ManualClock clock;
  run.use_clock(clock);
  const Ending left = run.run(until_it_waits());
  EXPECT_TRUE(left.record.files.contains("lib/part.tac") &&
              left.record.files.contains("lib/words.lua"));
  run.write_file("lib/words.lua", "return 'two '");
  const Ending refused = run.run();
  ASSERT_TRUE(refused.refused);
  EXPECT_EQ(refused.refused->code, ErrorCode::kSourceChanged);
  EXPECT_THAT(refused.refused->message, HasSubstr("'lib/words.lua' has changed"));
  clock.advance(std::chrono::hours(2));
  CrashRun::Process allowed;
  allowed.allow_changed_source = true;
  EXPECT_EQ(run.run(allowed).record.status, RunStatus::kCompleted);
  EXPECT_EQ(checked(run).result, Json("two 2")) << "what the file kept in `State` is there";
}

TEST(ResumeTest, AnExplanationIsForgottenWhenTheRunGoesOn) {
  CrashRun run(R"(
    agent("good", { provider = "scripted", tools = {}, script = { "Good.", "It was missing.", "Done." } })
    procedure("inner", { error_prompt = "Why?" }, function() Good.turn() return File.read("missing.txt") end)
    main = procedure("main", { error_prompt = "And in main?" }, function()
      local text = Procedure.run("inner")
      Good.turn("And now?")
      return { text = text, messages = #Good.messages, position = Checkpoint.next_position() }
    end))");
  const Ending first = run.run();
  EXPECT_EQ(first.record.status, RunStatus::kFailed);
  EXPECT_EQ(string_member(first.record.error, "explanation"), "It was missing.")
      << "main has taken no turn of its own";
  run.write_file("missing.txt", "here it is");
  EXPECT_EQ(run.run().record.status, RunStatus::kCompleted);
  const Outcome outcome = checked(run);
  EXPECT_EQ(outcome.result,
            Json(JsonObject{{"messages", 4}, {"position", 2}, {"text", "here it is"}}));
}

TEST(ResumeTest, AMismatchSaysWhereWhatWasRecordedAndWhatIsAskedFor) {
  CrashRun run(kTwoOperations);
  run.run(until_it_waits());
  run.change_source(kSwapped);
  CrashRun::Process process;
  process.allow_changed_source = true;
  const Ending ended = run.run(process);
  EXPECT_EQ(ended.record.status, RunStatus::kFailed) << "pcall does not catch it";
  EXPECT_EQ(string_member(ended.record.error, "code"), "TAC-REPLAY-MISMATCH");
  EXPECT_THAT(std::string(string_member(ended.record.error, "message")),
              HasSubstr("nondeterministic replay at 0: recorded agent_turn a, program asks for "
                        "step s"));
  EXPECT_EQ(string_member(ended.record.error, "file"), "program.tac");
  EXPECT_EQ(int_member(ended.record.error, "line"), 4);
  checked(run);
  run.change_source(kTwoOperations);
  process.stop_at = waits;
  EXPECT_EQ(run.run(process).record.status, RunStatus::kSleeping) << "with the program as it was";
}

TEST(ResumeTest, AProgramThatEndsTooEarlyIsAMismatch) {
  CrashRun run(kTwoOperations);
  run.run(until_it_waits());
  run.change_source(R"(
    agent("a", { provider = "scripted", tools = {}, script = { "A" } })
    main = procedure("main", {}, function() A.turn() end))");
  CrashRun::Process process;
  process.allow_changed_source = true;
  const Ending ended = run.run(process);
  EXPECT_THAT(std::string(string_member(ended.record.error, "message")),
              HasSubstr("recorded step s, program asks for nothing more"));
}

TEST(ResumeTest, AnUncaughtFailureIsTriedAgain) {
  CrashRun run(R"(
    agent("good", { provider = "scripted", tools = {}, script = { "Good." } })
    agent("flaky", { provider = "scripted", tools = {}, retries = 0, script = {
      { text = "Half", error = { status = 500, after = 1 } }, "Whole." } })
    local inner = procedure("inner", {}, function() return Good.turn().text .. Flaky.turn().text end)
    main = procedure("main", {}, function() return inner() end))");
  EXPECT_EQ(run.run().record.status, RunStatus::kFailed);
  EXPECT_EQ(run.run().record.status, RunStatus::kFailed)
      << "the agent's script goes on with its first reply: the failed turn is forgotten";
  const Outcome outcome = checked(run);
  EXPECT_EQ(outcome.requests.at("good"), 1u);
  EXPECT_EQ(outcome.requests.at("flaky"), 2u);
}

TEST(ResumeTest, ACaughtFailureStaysCaught) {
  CrashRun run(R"(
    agent("flaky", { provider = "scripted", tools = {}, retries = 0, script = {
      { text = "Half", error = { status = 500, after = 1 } }, "Whole." } })
    main = procedure("main", {}, function()
      local ok = pcall(Flaky.turn)
      Sleep("1h")
      return { ok = ok, next = Flaky.turn().text }
    end))");
  ManualClock clock;
  run.use_clock(clock);
  run.run(until_it_waits());
  clock.advance(std::chrono::hours(1));
  run.run();
  const Outcome outcome = checked(run);
  EXPECT_EQ(outcome.result, Json(JsonObject{{"ok", false}, {"next", "Whole."}}));
  EXPECT_EQ(outcome.requests.at("flaky"), 2u);
}

TEST(ResumeTest, TheFirstTaskStaysTheFirst) {
  CrashRun run(R"(
    local wait = procedure("wait", { input = { s = { type = "number", required = true } } }, function()
      Sleep(input.s)
      return input.s
    end)
    main = procedure("main", {}, function()
      local slow, quick = Procedure.spawn("wait", { s = 0.02 }), Procedure.spawn("wait", { s = 0 })
      local _, key = Procedure.wait_any{ slow = slow, quick = quick }
      Procedure.wait_all{ slow, quick }
      Human.approve{ message = "Go on?" }
      return key
    end))");
  run.run(until_it_waits());
  run.run();
  EXPECT_EQ(checked(run).result, Json("quick"));
}

TEST(ResumeTest, WhatACheckpointReadIsNotReadAgain) {
  CrashRun run(R"(
    main = procedure("main", {}, function()
      local before = { math.random(1 << 30), File.read("changing.txt") }
      local drawn = checkpoint(function() return math.random(1 << 30) end)
      State.drawn = { before[1], drawn }
      Human.approve{ message = "Go on?" }
      return { text = before[2], same = before[1] == State.drawn[1], next = math.random(1 << 30) }
    end))");
  run.write_file("changing.txt", "before");
  const Ending left = run.run(until_it_waits());
  ASSERT_EQ(left.record.status, RunStatus::kWaitingForHuman) << dump_json(left.record.error);
  run.write_file("changing.txt", "after");
  run.run();
  const Outcome outcome = checked(run);
  EXPECT_EQ(outcome.result.at("text"), Json("before"));
  CrashRun undisturbed(
      "main = procedure('main', {}, function() math.random(1 << 30) return "
      "{ next = math.random(1 << 30) } end)");
  undisturbed.run();
  EXPECT_EQ(outcome.result.at("next"), undisturbed.outcome().result.at("next"));
}

TEST(ResumeTest, CallbacksAreToldAgainWhereTheProgramWantsIt) {
  CrashRun run(R"(
    tool("look", { parameters = {} }, function() return "found" end)
    agent("loud", { provider = "scripted", replay_stream = true, script = {
      { chunks = { "One ", "two" }, tool_calls = { { name = "look", args = {} } } }, { chunks = { "three" } },
      { chunks = { "Four ", "five ", "six" } } } })
    agent("silent", { provider = "scripted", tools = {}, script = { { chunks = { "Hush." } } } })
    main = procedure("main", {}, function()
      local told, steps, hushed = {}, {}, 0
      local on_chunk = function(chunk)
        told[#told + 1] = chunk.index .. chunk.text
        State.append("told", chunk.text)
        Log.info("told " .. chunk.text)
        return chunk.text ~= "five "
      end
      Loud.turn{ inject = "go", on_chunk = on_chunk, on_tool = function(event) steps[#steps + 1] = event.stage end }
      Loud.turn{ inject = "again", on_chunk = on_chunk }
      Loud.reset()
      Silent.turn{ on_chunk = function() hushed = hushed + 1 end }
      Human.approve{ message = "Go on?" }
      return { told = told, steps = steps, hushed = hushed, state = State.get("told"), text = Loud.result.text }
    end))");
  EXPECT_EQ(run.run(until_it_waits()).record.status, RunStatus::kWaitingForHuman);
  run.run();
  const Outcome outcome = checked(run);
  EXPECT_EQ(dump_json(outcome.result),
            R"({"hushed":0,"state":["One ","two","three","Four ","five "],)"
            R"("steps":["started","arguments","executing","completed"],)"
            R"("text":"Four five ","told":["1One ","2two","3three","1Four ","2five "]})");
  EXPECT_EQ(outcome.requests.at("loud"), 3u);
  EXPECT_EQ(lines_with(outcome, "told One"), 1u) << "what was said is not said again";
  EXPECT_EQ(lines_with(outcome, "\"state_changed\""), 5u);
}

TEST(ResumeTest, OtherInputIsAWarningAndWithStrictDeterminismAMismatch) {
  const auto program = [](const std::string& text) {
    return "agent('a', { provider = 'scripted', tools = {}, script = { 'A' } })\n"
           "main = procedure('main', {}, function() A.turn('" +
           text + "') Human.approve{} return A.result.text end)";
  };
  CrashRun::Process process;
  process.allow_changed_source = true;
  for (const bool strict : {false, true}) {
    CrashRun run(program("one"));
    run.write_file(".tactus/config.yml", strict ? "strict_determinism: true\n" : "{}\n");
    run.run(until_it_waits());
    run.change_source(program("two"));
    const Ending ended = run.run(process);
    EXPECT_EQ(ended.record.status, strict ? RunStatus::kFailed : RunStatus::kCompleted);
    EXPECT_EQ(lines_with(checked(run), "was recorded with other input"), strict ? 0u : 1u);
    if (!strict) continue;
    EXPECT_EQ(string_member(ended.record.error, "code"), "TAC-REPLAY-MISMATCH");
    EXPECT_THAT(std::string(string_member(ended.record.error, "message")),
                HasSubstr("at 0: recorded agent_turn a, program asks for agent_turn a with other "
                          "input"));
  }
}

TEST(ResumeTest, ACompletedRunIsNotRunAgain) {
  CrashRun run("main = procedure('main', {}, function() return 5 end)");
  run.run();
  const Outcome once = checked(run);
  EXPECT_EQ(run.run().record.generation, 1);
  EXPECT_EQ(checked(run).lines, once.lines);
}

}  // namespace
}  // namespace tactus::durability
