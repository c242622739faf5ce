// Stream decoder of Bedrock's Converse dialect: JSON in the messages of an AWS event stream.
// Private to the providers.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <tactus/llm/providers/aws_answer.hpp>

namespace tactus::llm {

class BedrockDecoder final : public AwsAnswerDecoder {
 public:
  static constexpr int kCallsMax = 1024;

  bool complete() const override { return stopped_ && !failed() && !cut(); }
  bool ended() const override { return failed() || (stopped_ && measured_); }

 private:
  // What is known of a block of content while it is open.
  struct Block {
    std::optional<int> call;  // The client's tool call that it is.
    std::string reasoning, signature, redacted;
  };

  Result<void> read_event(std::string_view type, const Json& payload, Events& events) override;
  Result<void> read_whole(const Json& answer, Events& events) override;
  Result<void> read_content(const Json& content, std::int64_t index, Events& events);
  Result<void> start_tool(const Json& tool, Block& block, Events& events);
  void read_delta(const Json& delta, Block& block, Events& events);
  void read_reasoning(const Json& reasoning, Block& block, Events& events);
  void end_block(std::int64_t index, Events& events);
  void read_stop(std::string_view reason, Events& events);
  void read_usage(const Json& usage, Events& events);

  std::map<std::int64_t, Block> blocks_;
  int calls_ = 0;
  bool stopped_ = false;
  bool measured_ = false;
};

}  // namespace tactus::llm
