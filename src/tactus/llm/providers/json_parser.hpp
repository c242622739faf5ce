// Parses the JSON of answers, one document after another, without an allocation for the usual ones.
// Private to the providers.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/monotonic_resource.hpp>

#include <tactus/base/json.hpp>

namespace tactus::llm {

// Not thread-safe, not movable.
class AnswerParser {
 public:
  AnswerParser();
  AnswerParser(const AnswerParser&) = delete;
  AnswerParser& operator=(const AnswerParser&) = delete;

  // One document, which lives until the next call: what is kept of it is copied with `kept`. Half a
  // surrogate pair and invalid UTF-8, which real streams have, are let through; texts must be
  // joined or repaired. Fails with kProviderStream, with the beginning of `text`.
  Result<Json> parse(std::string_view text);

 private:
  std::vector<unsigned char> arena_;
  boost::json::monotonic_resource resource_;
  boost::json::parser parser_;
};

// A copy that outlives the parser; all its texts are valid UTF-8.
Json kept(const Json& value);

// What is shown of bytes that were not understood.
std::string shown_bytes(std::string_view text);

}  // namespace tactus::llm
