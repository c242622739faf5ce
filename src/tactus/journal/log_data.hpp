// What a log keeps in memory, and how a reading is taken from it. No locks, no waiting: the run log
// (run_log.cpp) adds both. Uses: base.
//
//   entries   e1 e2 e3 e4 …          32 bytes each: time, where the bytes are, whose they are
//               |  |    \______
//   streams   "Once upon a ti…"  \     the text of each stream, once, in order
//   events    {"event_type":…}{…}      the JSON of everything that is not a delta
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/journal/envelope.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::journal {

struct LogEntry {
  WallTime time{};
  std::uint64_t offset = 0;  // Into the stream's text, or into `events`.
  std::uint32_t length = 0;
  std::uint32_t stream_key = 0;  // 1 … streams.size(); 0 = not a delta.
  EventType type = EventType::kLog;
};
static_assert(sizeof(LogEntry) <= 40);

struct TextStream {
  DeltaStreamPtr stream;   // Also keeps the identity by which the writer names it.
  DeltaEnvelope envelope;  // Immutable: readers use it outside the lock.
  std::string text;
};

struct LogData {
  // Deques: their elements never move, and growing one never copies the whole.
  std::deque<LogEntry> entries;  // entries[i] has seq i + 1.
  std::deque<TextStream> streams;
  std::string events;

  std::uint32_t add_stream(const RunIdentity& identity, DeltaStreamPtr stream);
  void add_delta(std::uint32_t stream_key, WallTime time, std::string_view text);
  void add_event(EventType type, WallTime time, std::string_view json);
};

// One event of a reading before it is written as JSON: the bytes are copied under the log's lock,
// the JSON is made outside it.
struct ReadPiece {
  EventSeq seq = 0;
  EventSeq cursor = 0;
  WallTime time{};
  EventType type = EventType::kLog;
  std::uint32_t stream_key = 0;
  const DeltaEnvelope* envelope = nullptr;  // Null: `text` is the JSON already.
  std::string text;
  std::optional<std::string> accumulated;
};

// The entries after `after`, merged as `options.profile` says (see run_log.hpp).
std::vector<ReadPiece> gather(const LogData& data, EventSeq after, const ReadOptions& options);
ReadEvent render(ReadPiece piece);

}  // namespace tactus::journal
