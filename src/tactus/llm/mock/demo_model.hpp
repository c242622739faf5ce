// The offline demo model: deterministic replies made from the request alone. Pure. Uses: llm
// values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::llm::mock {

// One reply to be streamed. `chunks` are the text deltas in order (words with their spaces).
struct Reply {
  std::string reasoning;
  std::vector<std::string> chunks;
  struct Call {
    std::string id, name;
    std::vector<std::string> argument_chunks;
  };
  std::vector<Call> calls;
  std::string finish_reason = "stop";  // As on the wire.
  std::int64_t prompt_tokens = 0, completion_tokens = 0;
};

// The demo model's reply to a Chat Completions request body. The same body always gives the same
// reply. Text says that it comes from the offline demo model; offered tools are called sensibly
// (each other tool once, with arguments that fit its schema and the conversation, then an answer
// with `done`); a response_format schema is filled with valid values.
Reply demo_reply(const Json& request);

// `text` as deltas: each a word with the blanks before it. Joined they give `text`.
std::vector<std::string> split_words(std::string_view text);

}  // namespace tactus::llm::mock
