// Reads the JSON of Gemini's answers: GenerateContentResponse, streamed or not. Private to the
// providers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tactus/llm/model.hpp>
#include <tactus/llm/providers/gemini_arguments.hpp>

namespace tactus::llm {

class GeminiResponseReader {
 public:
  static constexpr int kCallsMax = 1024;

  // Appends the events of one response object. Fails with kProviderStream when `text` is no such
  // object.
  Result<void> read(std::string_view text, std::vector<ModelEvent>& events);
  // The end of the body: appends what was held back. The end marker is among it: some endpoints
  // repeat it on every piece.
  void finish(std::vector<ModelEvent>& events);

  bool complete() const { return !reason_.empty() && !failed_; }
  bool failed() const { return failed_; }

 private:
  struct OpenCall {
    int index = 0;
    GeminiArguments arguments;
  };

  bool read_error(const Json& response, std::vector<ModelEvent>& events);
  void read_info(const Json& response, std::vector<ModelEvent>& events);
  Result<void> read_candidate(const Json& candidate, std::vector<ModelEvent>& events);
  Result<void> read_part(const Json& part, std::vector<ModelEvent>& events);
  Result<void> read_call(const Json& call, std::string_view signature,
                         std::vector<ModelEvent>& events);
  void keep(JsonObject value, std::vector<ModelEvent>& events);
  Result<void> read_pieces(const Json& call);
  void close_call(std::vector<ModelEvent>& events);
  void read_usage(const Json& response, std::vector<ModelEvent>& events);

  std::string reason_;  // The last word on why it ended; empty = none yet.
  int calls_ = 0;
  std::optional<OpenCall> open_;
  ResponseInfo info_;
  bool failed_ = false;
};

}  // namespace tactus::llm
