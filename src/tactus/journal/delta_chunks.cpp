#include <optional>

#include <tactus/journal/delta_chunks.hpp>

namespace tactus::journal {
namespace {

// Base 128, least significant group first, high bit = more follow.
void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace

void DeltaChunks::add(EventSeq seq, WallTime time, std::string_view text) {
  const std::int64_t time_ns = time.time_since_epoch().count();
  put_varint(chunks_, seq - last_seq_);
  put_varint(chunks_, zigzag(time_ns - last_time_ns_));
  put_varint(chunks_, text.size());
  text_ += text;
  last_seq_ = seq;
  last_time_ns_ = time_ns;
}

Result<void> split_deltas(const StoredDeltas& stored, std::uint32_t stream_key, EventType type,
                          std::vector<StoredEntry>& entries) {
  std::string_view chunks = stored.chunks;
  std::string_view text = stored.text;
  EventSeq seq = stored.first_seq;
  std::uint64_t time_ns = 0;
  while (!chunks.empty()) {
    const auto seq_step = take_varint(chunks);
    const auto time_step = take_varint(chunks);
    const auto length = take_varint(chunks);
    if (!seq_step || !time_step || !length || *length > text.size()) {
      return fail(ErrorCode::kStorage,
                  fmt::format("the stored text at entry {} is damaged", stored.first_seq));
    }
    seq += *seq_step;
    time_ns += static_cast<std::uint64_t>(unzigzag(*time_step));
    StoredEntry entry;
    entry.seq = seq;
    entry.type = type;
    entry.time = WallTime(std::chrono::nanoseconds(static_cast<std::int64_t>(time_ns)));
    entry.stream_key = stream_key;
    entry.text = text.substr(0, *length);
    entries.push_back(std::move(entry));
    text.remove_prefix(*length);
  }
  return {};
}

}  // namespace tactus::journal
