// Stream decoder of the Gemini dialect. Private to the providers.
#pragma once

#include <optional>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/gemini_response.hpp>
#include <tactus/llm/providers/json_objects.hpp>
#include <tactus/net/sse_decoder.hpp>

namespace tactus::llm {

// Reads an event stream, an array of objects (what comes without `alt=sse`) or one object (an
// answer that was not streamed), told apart by the first byte that is not blank. A failure in the
// middle of an event stream is a bare object on a line of its own, after which no events come.
class GeminiDecoder final : public StreamDecoder {
 public:
  Result<std::vector<ModelEvent>> push(std::string_view chunk) override;
  Result<std::vector<ModelEvent>> finish() override;
  bool complete() const override { return !cut_ && reader_.complete(); }
  bool ended() const override { return reader_.failed(); }

 private:
  // Removes from `chunk` what comes before a line that begins an object, and gives it.
  std::string_view take_event_lines(std::string_view& chunk);
  void push_events(std::string_view chunk, std::vector<ModelEvent>& events);
  void push_objects(std::string_view chunk, std::vector<ModelEvent>& events);
  void end_events(std::vector<ModelEvent>& events);
  void read(std::string_view text, std::vector<ModelEvent>& events);
  Result<std::vector<ModelEvent>> settle(std::vector<ModelEvent> events);

  net::SseDecoder sse_;
  JsonObjects objects_;
  GeminiResponseReader reader_;
  bool in_objects_ = false;
  bool at_line_start_ = true;
  bool cut_ = false;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
