// Stream decoder of Ollama's own dialect: one JSON object a line. Private to the providers.
#pragma once

#include <optional>

#include <tactus/llm/provider.hpp>
#include <tactus/llm/providers/json_objects.hpp>

namespace tactus::llm {

// An answer that was not streamed is a stream of one object.
class OllamaDecoder final : public StreamDecoder {
 public:
  static constexpr int kCallsMax = 1024;

  Result<std::vector<ModelEvent>> push(std::string_view chunk) override;
  Result<std::vector<ModelEvent>> finish() override;
  bool complete() const override { return done_ && !failed_; }
  bool ended() const override { return done_ || failed_; }

 private:
  Result<void> read(std::string_view line, std::vector<ModelEvent>& events);
  Result<void> read_message(const Json& message, std::vector<ModelEvent>& events);
  Result<void> read_call(const Json& call, std::vector<ModelEvent>& events);
  void read_end(const Json& line, std::vector<ModelEvent>& events);

  JsonObjects objects_;
  std::string model_, thinking_;
  int calls_ = 0;
  bool done_ = false;
  bool failed_ = false;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
