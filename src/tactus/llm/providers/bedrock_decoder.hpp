// Stream decoder of Bedrock's Converse dialect: JSON in the messages of an AWS event stream.
// Private to the providers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <tactus/llm/aws/event_stream.hpp>
#include <tactus/llm/provider.hpp>

namespace tactus::llm {

// Reads an event stream or one JSON document (an answer that was not streamed), told apart by the
// first byte: no message is as long as one that begins with a bracket would be.
class BedrockDecoder final : public StreamDecoder {
 public:
  static constexpr std::size_t kWholeBytesMax = 64u << 20;  // Bound on an unstreamed answer.
  static constexpr int kCallsMax = 1024;

  Result<std::vector<ModelEvent>> push(std::string_view chunk) override;
  Result<std::vector<ModelEvent>> finish() override;
  bool complete() const override { return stopped_ && !failed_ && !messages_.unfinished(); }
  bool ended() const override { return failed_ || (stopped_ && measured_); }

 private:
  enum class Form : std::uint8_t { kUnknown, kStream, kWhole };
  // What is known of a block of content while it is open.
  struct Block {
    std::optional<int> call;  // The client's tool call that it is.
    std::string reasoning, signature, redacted;
  };
  using Events = std::vector<ModelEvent>;

  Result<void> read(const aws::EventMessage& message, Events& events);
  Result<void> read_event(std::string_view type, const Json& payload, Events& events);
  Result<void> read_whole(Events& events);
  Result<void> read_content(const Json& content, std::int64_t index, Events& events);
  Result<void> start_tool(const Json& tool, Block& block, Events& events);
  void read_delta(const Json& delta, Block& block, Events& events);
  void read_reasoning(const Json& reasoning, Block& block, Events& events);
  void end_block(std::int64_t index, Events& events);
  void read_stop(std::string_view reason, Events& events);
  void read_usage(const Json& usage, Events& events);
  void fail_with(InBandError error, Events& events);

  Form form_ = Form::kUnknown;
  aws::EventStreamDecoder messages_;
  std::string whole_;
  std::map<std::int64_t, Block> blocks_;
  int calls_ = 0;
  bool stopped_ = false;
  bool measured_ = false;
  bool failed_ = false;
  std::optional<Error> failure_;  // Reported once the events before it are.
};

}  // namespace tactus::llm
