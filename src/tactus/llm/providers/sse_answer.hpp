// The framing of answers that are an event stream or one JSON document: what all dialects on
// server-sent events have in common. Private to the providers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/llm/provider.hpp>
#include <tactus/net/sse_decoder.hpp>

namespace tactus::llm {

// Tells stream and document apart by the first byte that is not blank: the content type of
// compatible servers cannot be trusted. What came before bytes of another dialect is handed on
// first, the failure by the next call.
class SseAnswerDecoder : public StreamDecoder {
 public:
  static constexpr std::size_t kWholeBytesMax = 64u << 20;  // Bound on an unstreamed answer.

  Result<std::vector<ModelEvent>> push(std::string_view chunk) final;
  Result<std::vector<ModelEvent>> finish() final;

 protected:
  // One event of the stream; its data is never empty unless it has an `error` field. Not called
  // once `over` or after a failure.
  virtual Result<void> read_event(const net::SseEventView& event,
                                  std::vector<ModelEvent>& events) = 0;
  // The whole body.
  virtual Result<void> read_whole(std::string_view text, std::vector<ModelEvent>& events) = 0;
  // The end of the body: appends what was held back.
  virtual void read_end(std::vector<ModelEvent>& events) = 0;
  // True once further events of the stream mean nothing.
  virtual bool over() const = 0;

 private:
  enum class Form : std::uint8_t { kUnknown, kStream, kWhole };

  void decide(std::string_view& chunk);
  void push_whole(std::string_view chunk);
  void push_stream(std::string_view chunk, std::vector<ModelEvent>& events);
  void on_event(const net::SseEventView& event, std::vector<ModelEvent>& events);
  Result<std::vector<ModelEvent>> settle(std::vector<ModelEvent> events);

  Form form_ = Form::kUnknown;
  net::SseDecoder sse_;
  std::string whole_;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
