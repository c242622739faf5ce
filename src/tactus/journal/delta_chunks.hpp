// How the deltas of one stream are stored together: their texts joined, and beside them, in a few
// bytes each, what tells them apart again. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tactus/journal/store.hpp>

namespace tactus::journal {

// Collects deltas of one stream. For each, three variable-length integers: how far its seq is past
// the one before (or the row's first), its time since the one before (nanoseconds; of the first,
// since 1970; zigzag, because clocks are set back), the length of its text.
class DeltaChunks {
 public:
  explicit DeltaChunks(EventSeq first_seq) : first_seq_(first_seq), last_seq_(first_seq) {}

  void add(EventSeq seq, WallTime time, std::string_view text);

  EventSeq first_seq() const { return first_seq_; }
  std::string_view chunks() const { return chunks_; }
  std::string_view text() const { return text_; }

 private:
  EventSeq first_seq_;
  EventSeq last_seq_;
  std::int64_t last_time_ns_ = 0;
  std::string chunks_;
  std::string text_;
};

struct StoredDeltas {
  EventSeq first_seq = 0;
  std::string_view chunks;
  std::string_view text;
};
// Appends the deltas to `entries`, with `stream_key` and `type`. Fails with kStorage on bytes that
// DeltaChunks did not make.
Result<void> split_deltas(const StoredDeltas& stored, std::uint32_t stream_key, EventType type,
                          std::vector<StoredEntry>& entries);

}  // namespace tactus::journal
