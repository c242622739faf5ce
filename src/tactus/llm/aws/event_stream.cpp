#include <array>

#include <tactus/llm/aws/event_stream.hpp>

namespace tactus::llm::aws {
namespace {

constexpr std::size_t kPreludeBytes = 12;
constexpr std::size_t kChecksumBytes = 4;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t rest = i;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1U) != 0 ? 0xEDB88320U : 0U);
    table[i] = rest;
  }
  return table;
}

// The CRC-32 of zlib and IEEE 802.3.
std::uint32_t crc32(std::string_view bytes) {
  static constexpr auto kTable = make_crc_table();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (crc >> 8);
  }
  return crc ^ 0xFFFFFFFFU;
}

// The first `size` bytes as a big-endian number.
std::uint64_t number(std::string_view bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::int64_t signed_number(std::string_view bytes, std::size_t size) {
  const std::size_t spare = 64 - 8 * size;
  return static_cast<std::int64_t>(number(bytes, size) << spare) >> spare;
}

tl::unexpected<Error> broken(std::string_view what) {
  return fail(ErrorCode::kProviderStream,
              fmt::format("a message of the event stream is damaged: {}", what));
}

// Takes bytes off the front of the header block.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view bytes) : rest_(bytes) {}

  Result<std::vector<EventHeader>> read_all() {
    std::vector<EventHeader> headers;
    while (!rest_.empty()) {
      auto header = read_one();
      if (!header) return fail(header.error());
      headers.push_back(std::move(*header));
    }
    return headers;
  }

 private:
  Result<EventHeader> read_one() {
    EventHeader header;
    const auto name_size = take(1);
    if (!name_size || name_size->front() == 0) return broken("a header has no name");
    const auto name = take(number(*name_size, 1));
    const auto type = name ? take(1) : std::nullopt;
    if (!type) return broken("a header is cut");
    header.name = *name;
    header.type = static_cast<EventHeader::Type>(type->front());
    if (!read_value(header)) {
      return broken(
          fmt::format("the value of a header of type {} is cut or unknown", number(*type, 1)));
    }
    return header;
  }

  bool read_value(EventHeader& header) {
    using Type = EventHeader::Type;
    switch (header.type) {
      case Type::kTrue:
      case Type::kFalse:
        header.value = header.type == Type::kTrue;
        return true;
      case Type::kInt8:
        return read_number(header, 1);
      case Type::kInt16:
        return read_number(header, 2);
      case Type::kInt32:
        return read_number(header, 4);
      case Type::kInt64:
      case Type::kTimestamp:
        return read_number(header, 8);
      case Type::kBytes:
      case Type::kString: {
        const auto size = take(2);
        return size && read_bytes(header, number(*size, 2));
      }
      case Type::kUuid:
        return read_bytes(header, 16);
    }
    return false;
  }

  bool read_number(EventHeader& header, std::size_t size) {
    const auto bytes = take(size);
    if (bytes) header.value = signed_number(*bytes, size);
    return bytes.has_value();
  }

  bool read_bytes(EventHeader& header, std::size_t size) {
    const auto bytes = take(size);
    if (bytes) header.value = std::string(*bytes);
    return bytes.has_value();
  }

  std::optional<std::string_view> take(std::size_t size) {
    if (size > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
};

struct Lengths {
  std::size_t total = 0, headers = 0;
};

Result<Lengths> read_prelude(std::string_view bytes) {
  if (crc32(bytes.substr(0, 8)) != number(bytes.substr(8), 4)) {
    return broken("its prelude does not match its checksum");
  }
  const Lengths lengths{number(bytes, 4), number(bytes.substr(4), 4)};
  if (lengths.headers > EventStreamDecoder::kHeaderBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "the headers of a message are larger than 128 KiB");
  }
  if (lengths.total < kPreludeBytes + lengths.headers + kChecksumBytes) {
    return broken("it is shorter than its headers");
  }
  if (lengths.total - kPreludeBytes - lengths.headers - kChecksumBytes >
      EventStreamDecoder::kPayloadBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "a message is larger than 24 MiB");
  }
  return lengths;
}

}  // namespace

std::string_view EventMessage::text(std::string_view name) const {
  for (const EventHeader& header : headers) {
    if (header.name != name || header.type != EventHeader::Type::kString) continue;
    return std::get<std::string>(header.value);
  }
  return {};
}

// The message at the front of `bytes`, whose size goes to `used`; nothing if it is not all there.
Result<std::optional<EventMessage>> EventStreamDecoder::next(std::string_view bytes,
                                                             std::size_t& used) {
  if (bytes.size() < kPreludeBytes) return std::nullopt;
  const auto lengths = read_prelude(bytes);
  if (!lengths) return fail(lengths.error());
  if (bytes.size() < lengths->total) return std::nullopt;
  used = lengths->total;
  const std::string_view checked = bytes.substr(0, used - kChecksumBytes);
  if (crc32(checked) != number(bytes.substr(checked.size()), 4)) {
    return broken("it does not match its checksum");
  }
  EventMessage message;
  auto headers = HeaderReader(checked.substr(kPreludeBytes, lengths->headers)).read_all();
  if (!headers) return fail(headers.error());
  message.headers = std::move(*headers);
  message.payload = checked.substr(kPreludeBytes + lengths->headers);
  return message;
}

Result<std::vector<EventMessage>> EventStreamDecoder::push(std::string_view chunk) {
  if (failure_) return fail(*failure_);
  std::vector<EventMessage> messages;
  buffer_ += chunk;
  std::size_t done = 0;
  while (!failure_) {
    std::size_t used = 0;
    auto message = next(std::string_view(buffer_).substr(done), used);
    if (!message) {
      failure_ = message.error();
      break;
    }
    if (!*message) break;
    done += used;
    messages.push_back(std::move(**message));
  }
  buffer_.erase(0, done);
  if (failure_ && messages.empty()) return fail(*failure_);
  return messages;
}

Result<void> EventStreamDecoder::finish() const {
  if (failure_) return fail(*failure_);
  return {};
}

}  // namespace tactus::llm::aws
