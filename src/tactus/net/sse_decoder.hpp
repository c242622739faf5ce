// Decodes a text/event-stream by the WHATWG rules, whatever its chunking. No I/O, no provider. Uses: base.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tactus/base/error.hpp>
#include <vector>

namespace tactus::net {

struct SseEvent {
  std::string name;  // Field `event`, empty if absent.
  std::string data;  // Lines joined with '\n'.
  std::string id;    // Last event id in force.
  std::string error; // Value of a field named `error`: not in the grammar, but some servers report failures so.
  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

class SseDecoder {
 public:
  explicit SseDecoder(std::size_t event_bytes_max = 16u << 20);  // Bound on one unfinished event.

  // Returns the events that `chunk` completes, in order; none is normal. A chunk may end inside a UTF-8 sequence or
  // between CR and LF. Fails with kLimitExceeded, after which the decoder is unusable. Not thread-safe.
  Result<std::vector<SseEvent>> push(std::string_view chunk);

  // At the end of the body: the event the body ended inside, if it has data. (The grammar drops it; providers do send it.)
  std::optional<SseEvent> finish();

  // Milliseconds of the last `retry` field, if any.
  std::optional<int> retry_ms() const;

 private:
};

// "id: …\ndata: …\n\n" for one-line `data`.
void append_sse_event(std::string& out, std::string_view id, std::string_view data);

}  // namespace tactus::net
