// A recorded answer as the body of a reply that the mock provider's sender sends, faults included.
// Uses: recording, mock.
#pragma once

#include <tactus/llm/cassette/recording.hpp>
#include <tactus/llm/mock/dialect.hpp>
#include <tactus/llm/mock/reply_sender.hpp>

namespace tactus::llm::cassette {

// When things of a recording are due in its replay.
struct ReplayTimes {
  SteadyTime start;
  double speed = 0;  // As CassetteOptions.
  // Nothing = at once.
  std::optional<SteadyTime> due(Recording::Time at) const;
};

// The recorded chunks, one after another. For faults that count deltas, and where the body is a
// stream of events or lines: those, each due with the chunk that completes it.
std::vector<Recording::Chunk> pieces_of(const Recording& recording, bool by_event);

// Whether these bytes are (part of) the mark by which an answer says that it is complete, in any
// format that the mock provider speaks, or Ollama's.
bool is_end_mark(std::string_view piece);

class RecordedBody final : public mock::ReplyBody {
 public:
  // `writer` may be null where no error is asked for; both references outlive the body.
  RecordedBody(std::vector<Recording::Chunk> pieces, const ReplayTimes& times,
               mock::AnswerWriter* writer)
      : pieces_(std::move(pieces)), times_(times), writer_(writer) {}

  void begin(std::string&) override {}
  std::optional<SteadyTime> due() const override;
  bool next(std::string& out) override;
  bool at_end_mark() const override;
  void end(std::string&) override {}
  void error(std::string& out, const JsonObject& error) override;
  bool apart() const override { return true; }

 private:
  const std::vector<Recording::Chunk> pieces_;
  const ReplayTimes& times_;
  mock::AnswerWriter* const writer_;
  std::size_t at_ = 0;
};

}  // namespace tactus::llm::cassette
