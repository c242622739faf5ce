// Each program is cut off after every one of its writes, and resumed.
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tactus/journal/laws.hpp>

#include "crash_run.hpp"

namespace tactus::durability {
namespace {

using journal::EntryStatus;

std::string program(const std::string& name) {
  std::ifstream file(std::string(TACTUS_SOURCE_DIR) + "/tests/durability/programs/" + name + ".tac",
                     std::ios::binary);
  EXPECT_TRUE(file) << "no program " << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Gives the run the files that the program calls: those in a folder of its name, as lib/….
void add_files(CrashRun& run, const std::string& name) {
  const std::filesystem::path folder =
      std::filesystem::path(TACTUS_SOURCE_DIR) / "tests/durability/programs" / name;
  if (!std::filesystem::exists(folder)) return;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    std::ifstream text(file.path(), std::ios::binary);
    std::ostringstream all;
    all << text.rdbuf();
    run.write_file("lib/" + file.path().filename().string(), all.str());
  }
}

bool is_open(const journal::CheckpointEntry& entry) {
  return entry.status == EntryStatus::kStarted;
}

// How many messages the cut has left unfinished, or within a request that is made again.
std::size_t open_requests(const Ending& ending) {
  std::size_t open = 0;
  for (const auto& [position, entry] : ending.entries) {
    if (entry.type != "model_response" || !is_open(entry)) continue;
    const auto turn = ending.entries.find(position.substr(0, position.rfind('.')));
    // The first attempt of this agent fails, and is part of its first request.
    const bool fails =
        turn != ending.entries.end() && turn->second.name == "flaky" && position.ends_with(".0");
    open += fails ? 2 : 1;
  }
  return open;
}

// How many functions of the program the cut has left unfinished.
std::size_t open_handlers(const Ending& ending) {
  std::size_t open = 0;
  for (const auto& [position, entry] : ending.entries) {
    const bool has_body =
        entry.type == "tool_call" || entry.type == "step" || entry.type == "explicit_checkpoint";
    open += has_body && is_open(entry) ? 1 : 0;
  }
  return open;
}

std::size_t total(const std::map<std::string, std::size_t>& counts) {
  std::size_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

void expect_laws(const Outcome& outcome) {
  EXPECT_THAT(journal::verify_laws(outcome.lines), testing::IsEmpty());
}

// `again_max`: requests and handlers that were under way at the cuts.
void expect_same(const Outcome& undisturbed, const Outcome& outcome, std::size_t requests_again_max,
                 std::size_t handlers_again_max) {
  EXPECT_EQ(outcome.status, undisturbed.status) << outcome.lines.back();
  EXPECT_EQ(outcome.result, undisturbed.result);
  EXPECT_EQ(outcome.error, undisturbed.error);
  EXPECT_EQ(outcome.state, undisturbed.state);
  for (const auto& [agent, requests] : undisturbed.requests)
    EXPECT_GE(outcome.requests.count(agent) ? outcome.requests.at(agent) : 0, requests) << agent;
  EXPECT_LE(total(outcome.requests), total(undisturbed.requests) + requests_again_max);
  for (const auto& [handler, times] : undisturbed.handled)
    EXPECT_GE(outcome.handled.count(handler) ? outcome.handled.at(handler) : 0, times) << handler;
  EXPECT_LE(total(outcome.handled), total(undisturbed.handled) + handlers_again_max);
  expect_laws(outcome);
}

void expect_ended_once(const CrashRun& run) {
  for (const auto& [position, times] : run.ended())
    EXPECT_EQ(times, 1) << "the entry at " << position << " was run to its end again";
}

class CutsTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    source_ = program(GetParam());
    CrashRun whole(source_);
    add_files(whole, GetParam());
    writes_ = whole.run().writes;
    undisturbed_ = whole.outcome();
    expect_laws(undisturbed_);
    ASSERT_GT(writes_, 10);
  }

  std::string source_;
  std::int64_t writes_ = 0;
  Outcome undisturbed_;
};

TEST_P(CutsTest, NothingFinishedIsDoneAgainWhereverItIsCut) {
  for (std::int64_t at = 1; at < writes_ && !HasFailure(); ++at) {
    SCOPED_TRACE("cut after write " + std::to_string(at));
    CrashRun run(source_);
    add_files(run, GetParam());
    CrashRun::Process process;
    process.writes_max = at;
    const Ending ending = run.run(process);
    if (ending.record.run_id.empty()) continue;  // Cut before there was a run.
    run.run();
    expect_same(undisturbed_, run.outcome(), open_requests(ending), open_handlers(ending));
    expect_ended_once(run);
  }
}

TEST_P(CutsTest, AResumedRunMayBeCutAgain) {
  std::minstd_rand random(1);
  for (int round = 0; round < 12 && !HasFailure(); ++round) {
    CrashRun run(source_);
    add_files(run, GetParam());
    std::size_t requests = 0, handlers = 0;
    std::string cuts;
    for (bool cut = true; cut;) {
      CrashRun::Process process;
      process.writes_max = 1 + static_cast<std::int64_t>(random() % 25);
      cuts += " " + std::to_string(process.writes_max);
      const Ending ending = run.run(process);
      cut = ending.cut;
      requests += open_requests(ending);
      handlers += open_handlers(ending);
      if (cuts.size() > 600) break;
    }
    SCOPED_TRACE("cut after writes" + cuts);
    run.run();
    expect_same(undisturbed_, run.outcome(), requests, handlers);
    expect_ended_once(run);
  }
}

TEST_P(CutsTest, AResumedRunMayBeCancelledAtOnce) {
  for (std::int64_t at = 2; at < writes_ && !HasFailure(); at += 5) {
    SCOPED_TRACE("cut after write " + std::to_string(at));
    CrashRun run(source_);
    add_files(run, GetParam());
    CrashRun::Process process;
    process.writes_max = at;
    if (run.run(process).record.run_id.empty()) continue;
    CrashRun::Process cancelled;
    cancelled.cancel = true;
    run.run(cancelled);
    expect_laws(run.outcome());
    run.run();
    const Outcome outcome = run.outcome();
    EXPECT_EQ(outcome.status, undisturbed_.status) << outcome.lines.back();
    EXPECT_EQ(outcome.result, undisturbed_.result);
    expect_laws(outcome);
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, CutsTest,
                         testing::Values("agents", "streams", "nested", "steps", "tasks", "shared",
                                         "humans", "failures", "chance", "memory", "files",
                                         "closing", "inject", "callbacks", "fallbacks"),
                         [](const auto& program) { return std::string(program.param); });

}  // namespace
}  // namespace tactus::durability
