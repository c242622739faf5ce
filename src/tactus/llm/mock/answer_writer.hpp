// Renders the events of one answer in a provider's format. Values. Uses: base.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <tactus/base/json.hpp>

namespace tactus::llm::mock {

struct ResponseIdentity {
  std::string id;            // "chatcmpl-…"
  std::string model;         // As in the request.
  std::int64_t created = 0;  // Seconds since 1970.
};

// One object for one answer; calls come in the order of the answer, those of one tool call
// together unless the format interleaves. Each appends whole events, blank line included. Texts are
// valid UTF-8.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;
  virtual void begin(std::string& out) = 0;
  virtual void content(std::string& out, std::string_view text) = 0;
  virtual void reasoning(std::string& out, std::string_view text) = 0;
  virtual void call_start(std::string& out, std::size_t index, std::string_view id,
                          std::string_view name) = 0;
  virtual void call_arguments(std::string& out, std::size_t index, std::string_view text) = 0;
  // `reason` and `usage` in the form of Chat Completions, which is the form of plans.
  virtual void end(std::string& out, std::string_view reason, const JsonObject& usage) = 0;
  // `error` as make_error gives it.
  virtual void error(std::string& out, const JsonObject& error) = 0;
};

}  // namespace tactus::llm::mock
