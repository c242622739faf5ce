// One attempt of one model request: turns what the provider sends into log entries as it arrives,
// and keeps what it adds up to. Uses: llm, journal, partial.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <tactus/base/clock.hpp>
#include <tactus/journal/run_log.hpp>
#include <tactus/llm/model.hpp>
#include <tactus/partial/document.hpp>
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
  // kOutput: raw text of a structured reply, which changed its object. kToolCall: an event of a
  // call.
  enum class Kind : std::uint8_t { kText, kReasoning, kReset, kOutput, kToolCall } kind;
  std::string_view text = {};         // Of kReset: why what came before is void.
  const Json* partial = nullptr;      // kOutput: the object so far …
  bool complete = false;              // … and whether that is all of it.
  const JsonObject* event = nullptr;  // kToolCall: as in the log.
};

class ResponseStream {
 public:
  struct Options {
    journal::TurnScopePtr turn;
    ResponseIds ids;
    program::StreamSetting stream;
    // Set: the text is the raw form of an object, not an answer. It is kept; what is shown is the
    // object, as far as `stream.output` says so.
    std::shared_ptr<const partial::Rules> output;
    // The reply may also be calls of tools, with any text before them.
    bool tools_offered = false;
    // May be empty. Called in order, after the log has the piece. False: the rest of the answer is
    // not wanted, also what has arrived already.
    std::function<bool(const ResponsePiece&)> on_piece;
  };

  // `log` and `clock` must outlive the stream.
  ResponseStream(journal::RunLog& log, const Clock& clock, Options options);

  // The events of one network read: one append to the log, one wake-up of its readers.
  void add(std::span<const llm::ModelEvent> events);

  // Why the reply is given up before it is whole: no continuation of it can be a valid object.
  // Nothing more of it is wanted then.
  const std::optional<schema::Violation>& rejection() const { return rejection_; }
  // The object so far; null when there is none.
  const Json& partial() const;

  // The answer is whole: what the settings hold back is appended now. Once.
  void settle();

  // The attempt is over; settles it. With kDiscard, calls that
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
    std::size_t characters = 0;  // Of name and arguments.
  };

  void add_one(const llm::ModelEvent& event, std::vector<journal::RunLog::Delta>& deltas);
  void add_text(const std::string& text, std::vector<journal::RunLog::Delta>& deltas);
  void add_reasoning(const std::string& text, std::vector<journal::RunLog::Delta>& deltas);
  void start_call(const llm::ToolCallStart& start, std::vector<journal::RunLog::Delta>& deltas);
  void add_arguments(const llm::ToolCallArguments& piece,
                     std::vector<journal::RunLog::Delta>& deltas);
  void add_output(const std::string& text, std::vector<journal::RunLog::Delta>& deltas);
  void append_output(const partial::Delta& change, std::vector<journal::RunLog::Delta>& deltas);
  void append_call(const llm::ToolCall& call, std::string_view stage, JsonObject more = {});
  void report_own_tool(const std::string& name, std::vector<journal::RunLog::Delta>& deltas);
  void append(std::vector<journal::RunLog::Delta>& deltas);
  void note_arrival();
  void remember_message(const std::string& id);
  bool report_piece(const llm::ModelEvent& event);
  bool report_call(const llm::ToolCall& call, std::string_view stage, JsonObject more);

  journal::RunLog& log_;
  const Clock& clock_;
  Options options_;
  journal::DeltaStreamPtr text_stream_, reasoning_stream_;
  std::unique_ptr<partial::Document> document_;  // Of a structured reply.
  journal::DeltaStreamPtr output_text_;          // The string of it that grows.
  std::deque<std::string> output_texts_;         // What deltas not yet appended refer to.
  bool output_changed_ = false;
  std::size_t reported_calls_ = 0;  // To on_piece.
  std::optional<schema::Violation> rejection_;
  std::vector<Call> calls_;
  std::vector<std::string> message_ids_;
  Response response_;
  std::size_t text_characters_ = 0, reasoning_characters_ = 0;
  Arrivals arrivals_;
  bool stopped_ = false;  // By on_piece.
  bool settled_ = false;
};

}  // namespace tactus::runtime
