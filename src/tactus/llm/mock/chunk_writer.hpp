// Renders the events of one Chat Completions stream. The constant parts are made once, so that a
// token costs two copies. Values. Uses: base.
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

// Token counts in the provider's own form.
JsonObject make_usage(std::int64_t prompt_tokens, std::int64_t completion_tokens);

// An error body: {"error": {message, type, param, code}}, type and code as usual for `status`.
JsonObject make_error(int status, std::string_view message, std::string_view code = {});

class ChunkWriter {
 public:
  enum class Usage : std::uint8_t { kLeftOut, kIncluded };  // stream_options.include_usage

  ChunkWriter(const ResponseIdentity& identity, Usage usage);

  // Each appends one whole event, blank line included. Texts are valid UTF-8.
  void role(std::string& out) const;
  void content(std::string& out, std::string_view text) const;
  void reasoning(std::string& out, std::string_view text) const;
  void call_start(std::string& out, std::size_t index, std::string_view id,
                  std::string_view name) const;
  void call_arguments(std::string& out, std::size_t index, std::string_view text) const;
  void finish(std::string& out, std::string_view reason) const;
  void usage(std::string& out, const JsonObject& usage) const;  // Nothing when left out.
  static void error(std::string& out, const JsonObject& error);
  static void done(std::string& out) { out += "data: [DONE]\n\n"; }

 private:
  std::string before_choices_, before_delta_, after_delta_, after_choices_, before_content_,
      after_content_;
  Usage usage_;
};

}  // namespace tactus::llm::mock
