// Reads the JSON of Chat Completions answers: streamed chunks and whole answers, with what
// compatible servers do differently. Private to the providers.
#pragma once

#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/chunk_template.hpp>
#include <tactus/llm/providers/error_body.hpp>
#include <tactus/llm/providers/json_parser.hpp>
#include <tactus/llm/providers/tool_call_slots.hpp>
#include <tactus/llm/providers/utf8_joiner.hpp>

namespace tactus::llm {

class OpenAiChunkReader {
 public:
  // Appends the events of one chunk or one whole answer. Fails with kProviderStream when `text` is
  // not JSON of this kind.
  Result<void> read(std::string_view text, std::vector<ModelEvent>& events);
  // Appends the error that `text` tells, JSON or not.
  void read_error(std::string_view text, std::vector<ModelEvent>& events);
  // `[DONE]`: appends the end, if no finish reason said it.
  void done(std::vector<ModelEvent>& events);
  // The end of the body: appends what was held back.
  void finish(std::vector<ModelEvent>& events);

  bool complete() const { return finished_ && !failed_; }
  bool failed() const { return failed_; }

 private:
  bool read_known(std::string_view text, std::vector<ModelEvent>& events);
  void learn(std::string_view text, const ModelEvent& only);
  Result<void> read_value(const Json& chunk, std::vector<ModelEvent>& events);
  void fail_with(ErrorBody body, std::vector<ModelEvent>& events);
  void read_info(const Json& chunk, std::vector<ModelEvent>& events);
  Result<void> read_choice(const Json& choice, std::vector<ModelEvent>& events);
  void read_reasoning(const Json& delta, std::vector<ModelEvent>& events);
  void read_content(const Json& content, std::vector<ModelEvent>& events);
  void read_part(const Json& part, std::vector<ModelEvent>& events);
  Result<void> read_tool_calls(const Json& delta, std::vector<ModelEvent>& events);
  Result<void> read_fragment(const Json& call, std::size_t position,
                             std::vector<ModelEvent>& events);
  void read_usage(const Json& chunk, const Json* choice, std::vector<ModelEvent>& events);
  void read_finish(std::string_view reason, std::vector<ModelEvent>& events);
  void add_text(std::string_view text, std::vector<ModelEvent>& events);
  void add_reasoning(std::string_view text, std::vector<ModelEvent>& events);

  AnswerParser parser_;
  ChunkTemplate text_template_, reasoning_template_;
  std::string reasoning_key_;  // The field the last piece of reasoning came in.
  Utf8Joiner text_, reasoning_, refusal_;
  ToolCallSlots slots_;
  ResponseInfo info_;
  bool finished_ = false;
  bool failed_ = false;
};

}  // namespace tactus::llm
