// One attempt of one model request: turns what the provider sends into log entries as it arrives,
// and keeps what it adds up to. Uses: llm, journal.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/journal/run_log.hpp>
#include <tactus/llm/model.hpp>
#include <tactus/program/program.hpp>

namespace tactus::runtime {

// What one attempt added up to.
struct Response {
  std::string text, reasoning, refusal;
  std::vector<llm::ToolCall> calls;  // In order of appearance; ids are unique in the run.
  std::vector<llm::ProviderPart> provider_parts;
  std::optional<llm::InBandError> error;
};

struct ResponseIds {
  std::string text_message, reasoning_message;
  std::function<std::string(const std::string& provider_id)>
      tool_call;  // Makes a provider's id unique in the run.
};

// Arrival times of an attempt's deltas, for the metrics.
struct Arrivals {
  std::optional<SteadyTime> first;
  std::optional<SteadyTime> last;
  std::vector<float> gaps_ms;  // Between deltas in order; the first kGapsMax.
  static constexpr std::size_t kGapsMax = 8192;
};

// What a delta was, for callbacks of the program.
struct ResponsePiece {
  enum class Kind : std::uint8_t { kText, kReasoning, kReset } kind;
  std::string_view text;  // Of kReset: why what came before is void.
};

class ResponseStream {
 public:
  struct Options {
    journal::TurnScopePtr turn;
    ResponseIds ids;
    program::StreamSetting stream;
    bool structured =
        false;  // The text is the raw form of an object, not an answer: it is kept but not shown.
    // May be empty. Called in order, after the log has the piece. False: the rest of the answer is
    // not wanted, also what has arrived already.
    std::function<bool(const ResponsePiece&)> on_piece;
  };

  // `log` and `clock` must outlive the stream.
  ResponseStream(journal::RunLog& log, const Clock& clock, Options options);

  // The events of one network read: one append to the log, one wake-up of its readers.
  void add(std::span<const llm::ModelEvent> events);

  // The attempt is over. What the settings hold back is appended now. With kDiscard, calls that
  // have started are ended as failed with `reason` (a cut or superseded answer); their text stays
  // in the log.
  enum class Calls : std::uint8_t { kKeep, kDiscard };
  void finish(Calls calls, const std::string& reason);

  const Response& response() const { return response_; }
  Response take() { return std::move(response_); }
  const Arrivals& arrivals() const { return arrivals_; }
  std::int64_t estimated_completion_tokens() const;
  // Message and call ids that reached the log in this attempt.
  const std::vector<std::string>& message_ids() const { return message_ids_; }
  std::vector<std::string> tool_call_ids() const;

 private:
  struct Call {
    journal::DeltaStreamPtr stream;
  };

  void add_one(const llm::ModelEvent& event, std::vector<journal::RunLog::Delta>& deltas);
  void add_text(const std::string& text, std::vector<journal::RunLog::Delta>& deltas);
  void add_reasoning(const std::string& text, std::vector<journal::RunLog::Delta>& deltas);
  void start_call(const llm::ToolCallStart& start, std::vector<journal::RunLog::Delta>& deltas);
  void add_arguments(const llm::ToolCallArguments& piece,
                     std::vector<journal::RunLog::Delta>& deltas);
  void append(std::vector<journal::RunLog::Delta>& deltas);
  void note_arrival();
  void remember_message(const std::string& id);
  bool report_piece(const llm::ModelEvent& event);

  journal::RunLog& log_;
  const Clock& clock_;
  Options options_;
  journal::DeltaStreamPtr text_stream_, reasoning_stream_;
  std::vector<Call> calls_;
  std::vector<std::string> message_ids_;
  Response response_;
  Arrivals arrivals_;
  bool stopped_ = false;  // By on_piece.
};

}  // namespace tactus::runtime
