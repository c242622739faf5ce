// Decodes a text/event-stream by the WHATWG rules, whatever its chunking, and encodes one event. No
// I/O, no provider. Uses: base.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/base/error.hpp>

namespace tactus::net {

struct SseEvent {
  std::string name;   // Field `event`, empty if absent.
  std::string data;   // Lines joined with '\n'.
  std::string id;     // Last event id in force.
  std::string error;  // Value of a field named `error`: not in the grammar, but some servers report
                      // failures so. Such an event is returned even without data.
  friend bool operator==(const SseEvent&, const SseEvent&) = default;
};

// An event without a copy: the views are valid only during the call they are passed to.
struct SseEventView {
  std::string_view name;
  std::string_view data;
  std::string_view id;
  std::string_view error;
};

class SseDecoder {
 public:
  // Bound on one unfinished event: the values of its fields plus the line being read. Comments
  // count only while they are being read.
  explicit SseDecoder(std::size_t event_bytes_max = 16u << 20)
      : event_bytes_max_(event_bytes_max) {}

  // Returns the events that `chunk` completes, in order; none is normal. A chunk may end inside a
  // UTF-8 sequence or between CR and LF. Fails with kLimitExceeded, after which the decoder is
  // unusable. Not thread-safe. Linear in the bytes given, whatever the chunking.
  Result<std::vector<SseEvent>> push(std::string_view chunk);

  // The same without copies, for the token path: calls `on_event(const SseEventView&)` for each
  // event that `chunk` completes. `on_event` must not use this decoder.
  template <typename OnEvent>
  Result<void> push_views(std::string_view chunk, OnEvent&& on_event) {
    return decode(chunk, {&on_event, [](void* context, const SseEventView& event) {
                            (*static_cast<std::remove_reference_t<OnEvent>*>(context))(event);
                          }});
  }

  // At the end of the body: the event the body ended inside, if it has data. (The grammar drops it;
  // providers do send it.) Afterwards the decoder is as new, except for the last event id.
  std::optional<SseEvent> finish();

  // Milliseconds of the last `retry` field, if any.
  std::optional<int> retry_ms() const { return retry_ms_; }

 private:
  struct Sink {
    void* context;
    void (*emit)(void*, const SseEventView&);
  };
  enum class Storage { kChunk, kTemporary };  // Does a line outlive its own processing?

  Result<void> decode(std::string_view chunk, Sink sink);
  std::string_view skip_byte_order_mark(std::string_view chunk);
  Result<void> line(std::string_view text, Storage storage, Sink sink);
  void field(std::string_view name, std::string_view value);
  void data_line(std::string_view value, Storage storage);
  void keep_direct_data();
  void dispatch(Sink sink);
  void reset_event();
  bool over_limit(std::size_t line_bytes) const;

  std::size_t event_bytes_max_;
  std::size_t mark_bytes_ = 0;  // Bytes of the byte order mark seen; kMarkDone = past it.
  bool skip_lf_ = false;        // The byte before was a CR: a LF now belongs to it.
  bool failed_ = false;
  bool has_data_ = false;
  bool has_error_ = false;
  std::string line_;         // An unfinished line, from earlier chunks.
  std::string_view direct_;  // The only data line so far, still in the chunk. Empty between calls,
                             // when `data_` holds it.
  std::string data_;
  std::string name_;
  std::string error_;
  std::string last_id_;
  std::optional<int> retry_ms_;
};

// Appends "id: …\ndata: …\n\n"; without the id line when `id` is empty. Data of several lines
// becomes several data lines. `id` has no line break (a broken invariant otherwise).
void append_sse_event(std::string& out, std::string_view id, std::string_view data);

}  // namespace tactus::net
