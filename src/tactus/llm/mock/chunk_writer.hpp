// Renders the events of one Chat Completions stream. The constant parts are made once, so that a
// token costs two copies. Values. Uses: base.
#pragma once

#include <string>
#include <string_view>

#include <tactus/llm/mock/answer_writer.hpp>

namespace tactus::llm::mock {

// Token counts in the provider's own form.
JsonObject make_usage(std::int64_t prompt_tokens, std::int64_t completion_tokens);

// An error body: {"error": {message, type, param, code}}, type and code as usual for `status`.
JsonObject make_error(int status, std::string_view message, std::string_view code = {});

class ChunkWriter final : public AnswerWriter {
 public:
  enum class Usage : std::uint8_t { kLeftOut, kIncluded };  // stream_options.include_usage

  ChunkWriter(const ResponseIdentity& identity, Usage usage);

  void begin(std::string& out) override;
  void content(std::string& out, std::string_view text) override;
  void reasoning(std::string& out, std::string_view text) override;
  void call_start(std::string& out, std::size_t index, std::string_view id,
                  std::string_view name) override;
  void call_arguments(std::string& out, std::size_t index, std::string_view text) override;
  void end(std::string& out, std::string_view reason, const JsonObject& usage) override;
  void error(std::string& out, const JsonObject& error) override;

 private:
  std::string before_choices_, before_delta_, after_delta_, after_choices_, before_content_,
      after_content_;
  Usage usage_;
};

}  // namespace tactus::llm::mock
