// Reads the events of Anthropic Messages answers, however they are framed: server-sent events, or
// the frames in which others carry them. Private to the providers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/utf8_joiner.hpp>

namespace tactus::llm {

class AnthropicReader {
 public:
  static constexpr std::size_t kBlocksMax = 1024;  // Of one answer.

  // `output_tool`: the tool whose arguments are the text of the answer; empty = none.
  explicit AnthropicReader(std::string output_tool) : output_tool_(std::move(output_tool)) {}

  // Appends what one event tells. Fails with kProviderStream when it is none, or when the answer
  // begins anew.
  Result<void> read(const Json& event, std::vector<ModelEvent>& events);
  // The same for an answer in one piece.
  Result<void> read_whole(const Json& message, std::vector<ModelEvent>& events);
  // Appends what was held back: the answer is over, at its end or not.
  void finish(std::vector<ModelEvent>& events);

  bool complete() const { return stopped_ && !failed_; }
  bool ended() const { return stopped_ || failed_; }

 private:
  struct Block {
    enum class Kind : std::uint8_t { kText, kThinking, kCall, kOutput, kOpaque };
    Kind kind = Kind::kOpaque;
    int call = 0;        // kCall: which.
    JsonObject value;    // kThinking, kOpaque: goes back to the provider as it was.
    std::string pieces;  // Of a text or an input that belongs into `value`.
    Utf8Joiner joiner;   // kText, kThinking, kCall, kOutput.
  };

  Result<void> start_message(const Json& message, std::vector<ModelEvent>& events);
  Result<void> start_block(const Json& event, std::vector<ModelEvent>& events);
  void open_call(Block& block, const Json& content, std::vector<ModelEvent>& events);
  void read_delta(Block& block, const Json& delta, std::vector<ModelEvent>& events);
  void add_piece(Block& block, std::string_view text, std::vector<ModelEvent>& events);
  static void hand_on(const Block& block, std::string text, std::vector<ModelEvent>& events);
  static void stop_block(Block& block, std::vector<ModelEvent>& events);
  void read_end(const Json& event, std::vector<ModelEvent>& events);
  void read_usage(const Json& usage, std::vector<ModelEvent>& events);
  void read_stop_reason(std::string_view reason, std::vector<ModelEvent>& events);
  void read_error(const Json& event, std::vector<ModelEvent>& events);

  const std::string output_tool_;
  std::map<std::int64_t, Block> open_;
  JsonObject usage_;
  std::size_t blocks_ = 0;
  int calls_ = 0;
  bool finished_ = false;
  bool stopped_ = false;
  bool failed_ = false;
};

}  // namespace tactus::llm
