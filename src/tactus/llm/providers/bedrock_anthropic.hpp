// Anthropic Messages on Bedrock, by its InvokeModel: Claude in its own dialect, its events in the
// frames of AWS. Private to the providers.
#pragma once

#include <string>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/anthropic_reader.hpp>
#include <tactus/llm/providers/aws_answer.hpp>

namespace tactus::llm {

// The model stands in the path, and whether to stream too.
JsonObject bedrock_anthropic_body(const ModelRequest& request);

class BedrockAnthropicDecoder final : public AwsAnswerDecoder {
 public:
  // `output_tool`: the tool whose arguments are the text of the answer; empty = none.
  explicit BedrockAnthropicDecoder(std::string output_tool) : reader_(std::move(output_tool)) {}

  bool complete() const override { return reader_.complete() && !failed() && !cut(); }
  bool ended() const override { return reader_.ended() || failed(); }

 private:
  Result<void> read_event(std::string_view type, const Json& payload, Events& events) override;
  Result<void> read_whole(const Json& answer, Events& events) override;
  void read_end(Events& events) override { reader_.finish(events); }

  AnthropicReader reader_;
};

}  // namespace tactus::llm
