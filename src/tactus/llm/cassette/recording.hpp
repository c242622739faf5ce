// One recorded exchange: what was asked, and every piece of the answer with the time at which it
// came; and how it stands in its file. Values. Uses: base, net.
//
// A file is JSON Lines, so that two recordings can be compared line by line:
//
//     {"tactus_cassette": 1, "key": "…", "occurrence": 1, "kind": "model", "peer": "openai", …}
//     {"asked": {"model": "gpt-4o", "messages": […], …}}
//     {"t_ms": 310.25, "status": 200, "headers": {"content-type": "text/event-stream"}}
//     {"t_ms": 310.61, "text": "data: {…}\n\n"}          or "base64", where it is no UTF-8
//     {"t_ms": 870.5, "end": "complete"}                 or "failed" with the error, or "cancelled"
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/net/http_client.hpp>

namespace tactus::llm::cassette {

inline constexpr int kVersion = 1;
inline constexpr std::string_view kSuffix = ".cassette.jsonl";
inline constexpr std::size_t kAnswerBytesMax = 64u << 20;  // Of one recorded body.
// Of a file: what the above takes as base64, and its messages.
inline constexpr std::size_t kFileBytesMax = 256u << 20;

struct Recording {
  using Time = std::chrono::microseconds;  // Since the request was started.
  struct Chunk {
    Time at{0};
    std::string bytes;  // As one read gave them.
  };
  // kCancelled: whoever asked left before the end.
  enum class End : std::uint8_t { kComplete, kFailed, kCancelled };

  std::string key;
  int occurrence = 1;  // Of the key, from 1.
  net::RequestSubject subject;
  std::optional<net::HttpHead> head;
  Time head_at{0};
  std::vector<Chunk> chunks;
  End end = End::kComplete;
  std::optional<Error> error;  // Of kFailed.
  Time end_at{0};
};

// What requests that ask the same have in common: a hash of kind, peer and what is asked, whatever
// the order of members. The place is not part of it.
std::string key_of(const net::RequestSubject& subject);

// "model-openai-3f2a9c11d0e4-1.cassette.jsonl".
std::string file_name(const Recording& recording);

std::string format_recording(const Recording& recording);

// Fails with kFile, at the line of `file` that is wrong: no cassette, one that breaks off, or one
// of a newer version.
Result<Recording> parse_recording(std::string_view text, const std::string& file);

}  // namespace tactus::llm::cassette
