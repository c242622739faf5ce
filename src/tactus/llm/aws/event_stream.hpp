// Decodes application/vnd.amazon.eventstream, whatever its chunking. No I/O. Uses: base. Private to
// the module.
//
//   4 total length | 4 length of headers | 4 CRC-32 of these 8 | headers | payload | 4 CRC-32 of
//   all
//
// All integers are big-endian. A header is a name, a type and a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tactus/base/error.hpp>

namespace tactus::llm::aws {

struct EventHeader {
  // Numbered as on the wire.
  enum class Type : std::uint8_t {
    kTrue,
    kFalse,
    kInt8,
    kInt16,
    kInt32,
    kInt64,
    kBytes,
    kString,
    kTimestamp,  // Milliseconds since 1970.
    kUuid
  };
  std::string name;
  Type type = Type::kString;
  std::variant<bool, std::int64_t, std::string> value;  // Bytes, text and the UUID's 16 bytes.
  friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

struct EventMessage {
  std::vector<EventHeader> headers;
  std::string payload;

  // The value of that header if it is a string, else "". Lives as long as the message.
  std::string_view text(std::string_view name) const;
  friend bool operator==(const EventMessage&, const EventMessage&) = default;
};

class EventStreamDecoder {
 public:
  static constexpr std::size_t kHeaderBytesMax = 128u << 10;
  static constexpr std::size_t kPayloadBytesMax = 24u << 20;

  // The messages that `chunk` completes, in order. Fails with kProviderStream when a checksum or a
  // header is wrong, kLimitExceeded for a message larger than the bounds; unusable afterwards. The
  // messages before the bad one are returned first, the failure by the next call.
  Result<std::vector<EventMessage>> push(std::string_view chunk);

  // The failure that is still to be told, if any.
  Result<void> finish() const;

  // Whether the bytes so far end inside a message.
  bool unfinished() const { return !buffer_.empty(); }

 private:
  Result<std::optional<EventMessage>> next(std::string_view bytes, std::size_t& used);

  std::string buffer_;
  std::optional<Error> failure_;
};

}  // namespace tactus::llm::aws
