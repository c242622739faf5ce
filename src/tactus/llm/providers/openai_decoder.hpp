// Stream decoder of the Chat Completions dialect. Private to the providers.
#pragma once

#include <optional>
#include <string>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/openai_chunk.hpp>
#include <tactus/net/sse_decoder.hpp>

namespace tactus::llm {

// Reads an event stream or one JSON document, told apart by the first byte that is not blank: the
// content type of compatible servers cannot be trusted.
class OpenAiDecoder final : public StreamDecoder {
 public:
  static constexpr std::size_t kWholeBytesMax = 64u << 20;  // Bound on an unstreamed answer.

  Result<std::vector<ModelEvent>> push(std::string_view chunk) override;
  Result<std::vector<ModelEvent>> finish() override;
  bool complete() const override { return reader_.complete(); }
  bool ended() const override { return done_ || reader_.failed(); }

 private:
  enum class Form : std::uint8_t { kUnknown, kStream, kWhole };

  void decide(std::string_view& chunk);
  void push_stream(std::string_view chunk, std::vector<ModelEvent>& events);
  void push_whole(std::string_view chunk);
  void on_event(const net::SseEventView& event, std::vector<ModelEvent>& events);
  Result<std::vector<ModelEvent>> settle(std::vector<ModelEvent> events);

  Form form_ = Form::kUnknown;
  net::SseDecoder sse_;
  std::string whole_;
  OpenAiChunkReader reader_;
  bool done_ = false;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
