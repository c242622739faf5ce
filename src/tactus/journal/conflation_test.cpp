// The law of events.md: folding any conflated reading gives the same view as folding every entry.
#include <tactus/journal/fold.hpp>
#include <tactus/journal/read_pacer.hpp>
#include <tactus/journal/testing.hpp>

namespace tactus::journal {
namespace {

using namespace testing;
using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) { return random() % bound; }

std::string random_text(Random& random) {
  static const std::string kPieces[] = {"a", "word ", "\n", "\"q\"", "é", "🙂", "\\", "x\ty"};
  std::string text;
  for (std::size_t n = below(random, 3) + 1; n > 0; --n) text += kPieces[below(random, 8)];
  return text;
}

// Several turns at once, each with messages, reasoning and tool calls, events between them.
std::unique_ptr<RunLog> random_log(Random& random, const Clock& clock) {
  auto log = std::make_unique<RunLog>(RunIdentity{"run_1", "hello"}, 1, clock, nullptr);
  std::vector<DeltaStreamPtr> streams;
  for (std::size_t turn = below(random, 3) + 1; turn > 0; --turn) {
    const TurnScopePtr scope = turn_scope("t" + std::to_string(turn));
    const std::string id = std::to_string(turn);
    streams.push_back(message(scope, "m" + id));
    streams.push_back(message(scope, "r" + id, EventType::kAgentReasoningChunk));
    streams.push_back(tool_arguments(scope, "c" + id));
    streams.push_back(message(scope, "/text/" + id, EventType::kAgentOutputDelta));
    streams.push_back(message(turn_scope("t" + std::to_string(turn), 1), "n" + id));
  }
  const std::size_t event_one_in = below(random, 30) + 2;
  std::size_t current = 0;
  for (std::size_t n = below(random, 200); n > 0; --n) {
    if (below(random, 3) == 0) current = below(random, streams.size());
    if (below(random, event_one_in) == 0) {
      const bool in_turn = below(random, 2) == 0;
      log->append(event(in_turn ? EventType::kUsage : EventType::kLog, {{"n", n}},
                        in_turn ? streams[current]->turn : nullptr));
    }
    log->append_delta(streams[current], random_text(random));
  }
  return log;
}

// A reading in pieces: from the start, in readings of random size and profile, of which each
// delivers all it has.
std::vector<std::string> random_reading(Random& random, const RunLog& log, Profile profile) {
  std::vector<std::string> lines;
  EventSeq after = 0;
  while (after < log.last_seq()) {
    const auto events =
        log.read(after, {.bytes_max = below(random, 20'000) + 1, .profile = profile});
    for (const ReadEvent& read : events) lines.push_back(read.json);
    after = events.back().cursor;
  }
  return lines;
}

TEST(Conflation, FoldsToTheSameViewAsEveryEntry) {
  Random random(1);
  const ManualClock clock;
  std::size_t merged = 0;
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto log = random_log(random, clock);
    const std::vector<std::string> alone = read_entries_alone(*log);
    ASSERT_EQ(alone.size(), log->last_seq());
    const Result<Json> whole = fold_events(alone);
    ASSERT_TRUE(whole);
    for (const Profile profile : {Profile::kDelta, Profile::kAccumulated}) {
      const std::vector<std::string> lines = random_reading(random, *log, profile);
      ASSERT_EQ(fold_events(lines), whole);
      merged += alone.size() - lines.size();
    }
  }
  EXPECT_GT(merged, 1000u);
}

TEST(Conflation, AReaderThatIsCutOffAfterAnyEventGoesOnWithoutLossOrRepetition) {
  Random random(2);
  const ManualClock clock;
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto log = random_log(random, clock);
    const Result<Json> whole = fold_events(read_entries_alone(*log));
    std::vector<std::string> lines;
    EventSeq after = 0;
    while (after < log->last_seq()) {
      const auto events = log->read(after, {.bytes_max = below(random, 20'000) + 1});
      const std::size_t kept = below(random, events.size()) + 1;
      for (std::size_t i = 0; i < kept; ++i) {
        lines.push_back(events[i].json);
        EXPECT_EQ(events[i].cursor, events[i].seq);
      }
      after = events[kept - 1].seq;
    }
    ASSERT_EQ(fold_events(lines), whole);
  }
}

// In the accumulated profile a client replaces a message by `accumulated_text`.
TEST(Conflation, AnAccumulatedReaderThatIsCutOffEndsWithEveryTextWhole) {
  Random random(3);
  const ManualClock clock;
  for (int round = 0; round < 100; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const auto log = random_log(random, clock);
    std::map<std::string, std::string> texts;
    EventSeq after = 0;
    while (after < log->last_seq()) {
      const auto events = log->read(after, {.profile = Profile::kAccumulated});
      const std::size_t kept = below(random, events.size()) + 1;
      for (std::size_t i = 0; i < kept; ++i) {
        const Result<Json> json = parse_json(events[i].json);
        ASSERT_TRUE(json);
        if (!find_member(*json, "accumulated_text")) continue;
        texts[std::string(string_member(*json, "message_id"))] =
            string_member(*json, "accumulated_text");
      }
      if (events[kept - 1].cursor == after && kept < events.size()) continue;  // Cut too early.
      ASSERT_GE(events[kept - 1].cursor, after);
      after = events[kept - 1].cursor;
    }
    for (const auto& [id, text] : message_texts(read_entries_alone(*log))) {
      if (id.starts_with("r")) continue;
      ASSERT_EQ(texts[id], text) << id;
    }
  }
}

TEST(Fold, TellsApartWhatConflationMustNotDo) {
  const ManualClock clock;
  RunLog log({"run_1", "hello"}, 1, clock, nullptr);
  const TurnScopePtr turn = turn_scope("t1");
  log.append_delta(message(turn, "m1"), "ab");
  log.append(event(EventType::kUsage, {}, turn));
  log.append_delta(message(turn, "m2"), "c");
  const std::vector<std::string> lines = read_all(log);
  const Result<Json> whole = fold_events(lines);
  const std::vector<std::string> reordered = {lines[1], lines[0], lines[2]};
  EXPECT_NE(fold_events(reordered), whole);
  const std::vector<std::string> dropped = {lines[0], lines[1]};
  EXPECT_NE(fold_events(dropped), whole);
  std::vector<std::string> shortened = lines;
  shortened[0].replace(shortened[0].find("ab"), 2, "a");
  EXPECT_NE(fold_events(shortened), whole);
}

TEST(ReadPacer, KeepsAnAccumulatedReaderToTwentyEventsASecond) {
  ManualClock clock;
  RunLog log({"run_1", "hello"}, 1, clock, nullptr);
  const DeltaStreamPtr a = message(turn_scope("t1"), "a");
  const DeltaStreamPtr b = message(turn_scope("t2"), "b");
  ReadPacer pacer(Profile::kAccumulated);
  EventSeq after = 0;
  std::size_t events_of_a = 0;
  // Ten seconds at 1,000 deltas a second, and usage figures four times a second.
  for (int ms = 0; ms < 10'000; ++ms) {
    log.append_delta(ms % 2 ? a : b, "word ");
    if (ms % 250 == 0) log.append(event(EventType::kUsage, {}, a->turn));
    clock.advance(std::chrono::milliseconds(1));
    if (pacer.pause(clock.steady()) > std::chrono::nanoseconds::zero()) continue;
    const auto events = log.read(after, {.profile = Profile::kAccumulated});
    if (events.empty()) continue;
    after = events.back().cursor;
    pacer.given(events, clock.steady());
    for (const ReadEvent& read : events) {
      if (read.json.find("\"message_id\":\"a\"") != std::string::npos) ++events_of_a;
    }
  }
  EXPECT_LE(events_of_a, 201u);
  EXPECT_GE(events_of_a, 150u);
  EXPECT_GE(after + 300, log.last_seq()) << "and it does not fall behind";
}

TEST(ReadPacer, NeverDelaysTheDeltaProfile) {
  const ManualClock clock;
  RunLog log({"run_1", "hello"}, 1, clock, nullptr);
  log.append_delta(message(turn_scope("t1"), "a"), "text");
  ReadPacer pacer(Profile::kDelta);
  pacer.given(log.read(0, {}), clock.steady());
  EXPECT_EQ(pacer.pause(clock.steady()).count(), 0);
}

}  // namespace
}  // namespace tactus::journal
