// The framing of answers that are an AWS event stream or one JSON document: what the dialects on
// Bedrock have in common. Private to the providers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/llm/aws/event_stream.hpp>
#include <tactus/llm/provider.hpp>

namespace tactus::llm {

// Tells stream and document apart by the first byte: no message is as long as one that begins with
// a bracket would be. Exceptions and errors among the messages end the answer. What came before
// damaged bytes is handed on first, the failure by the next call.
class AwsAnswerDecoder : public StreamDecoder {
 public:
  static constexpr std::size_t kWholeBytesMax = 64u << 20;  // Bound on an unstreamed answer.

  Result<std::vector<ModelEvent>> push(std::string_view chunk) final;
  Result<std::vector<ModelEvent>> finish() final;

 protected:
  using Events = std::vector<ModelEvent>;

  // One event of the stream. Not called after a failure.
  virtual Result<void> read_event(std::string_view type, const Json& payload, Events& events) = 0;
  // The whole body.
  virtual Result<void> read_whole(const Json& answer, Events& events) = 0;
  // The end of the body: appends what was held back.
  virtual void read_end(Events&) {}

  void fail_with(InBandError error, Events& events);
  bool failed() const { return failed_; }
  bool cut() const { return messages_.unfinished(); }  // The bytes so far end inside a message.

 private:
  enum class Form : std::uint8_t { kUnknown, kStream, kWhole };

  Result<void> push_whole(std::string_view chunk);
  Result<void> push_stream(std::string_view chunk, Events& events);
  Result<void> read_message(const aws::EventMessage& message, Events& events);

  Form form_ = Form::kUnknown;
  aws::EventStreamDecoder messages_;
  std::string whole_;
  bool failed_ = false;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
