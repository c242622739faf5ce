// Writes AWS event streams, for tests: the rules of event_stream.hpp the other way round.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tactus/llm/aws/event_stream.hpp>

namespace tactus::llm::aws::testing_support {

inline std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0xEDB88320U : crc >> 1;
  }
  return ~crc;
}

inline std::string big_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  return bytes;
}

// A header whose value is `bytes`, as on the wire.
inline std::string raw_header(std::string_view name, int type, std::string_view bytes) {
  return std::string(1, static_cast<char>(name.size())) + std::string(name) +
         std::string(1, static_cast<char>(type)) + std::string(bytes);
}

inline std::string text_header(std::string_view name, std::string_view value) {
  return raw_header(name, 7, big_endian(value.size(), 2) + std::string(value));
}

inline std::string raw_message(std::string_view headers, std::string_view payload) {
  std::string bytes = big_endian(16 + headers.size() + payload.size(), 4);
  bytes += big_endian(headers.size(), 4);
  bytes += big_endian(checksum(bytes), 4);
  bytes += headers;
  bytes += payload;
  return bytes + big_endian(checksum(bytes), 4);
}

inline std::string event_message(std::string_view type, std::string_view payload) {
  return raw_message(text_header(":event-type", type) +
                         text_header(":content-type", "application/json") +
                         text_header(":message-type", "event"),
                     payload);
}

inline std::string exception_message(std::string_view type, std::string_view payload) {
  return raw_message(text_header(":exception-type", type) +
                         text_header(":content-type", "application/json") +
                         text_header(":message-type", "exception"),
                     payload);
}

}  // namespace tactus::llm::aws::testing_support
