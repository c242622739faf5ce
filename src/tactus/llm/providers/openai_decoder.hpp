// Stream decoder of the Chat Completions dialect. Private to the providers.
#pragma once

#include <tactus/llm/providers/openai_chunk.hpp>
#include <tactus/llm/providers/sse_answer.hpp>

namespace tactus::llm {

class OpenAiDecoder final : public SseAnswerDecoder {
 public:
  bool complete() const override { return reader_.complete(); }
  bool ended() const override { return done_ || reader_.failed(); }

 private:
  Result<void> read_event(const net::SseEventView& event, std::vector<ModelEvent>& events) override;
  Result<void> read_whole(std::string_view text, std::vector<ModelEvent>& events) override {
    return reader_.read(text, events);
  }
  void read_end(std::vector<ModelEvent>& events) override { reader_.finish(events); }
  bool over() const override { return done_; }

  OpenAiChunkReader reader_;
  bool done_ = false;
};

}  // namespace tactus::llm
