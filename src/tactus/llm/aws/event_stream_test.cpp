#include <gtest/gtest.h>

#include <tactus/llm/aws/event_stream.hpp>
#include <tactus/llm/aws/event_stream_test_support.hpp>

namespace tactus::llm::aws {
namespace {

using namespace testing_support;
using Type = EventHeader::Type;

struct Decoded {
  std::vector<EventMessage> messages;
  std::string failure;
  bool unfinished = false;
};

Decoded decode_chunks(const std::vector<std::string_view>& chunks) {
  EventStreamDecoder decoder;
  Decoded decoded;
  for (const std::string_view chunk : chunks) {
    auto messages = decoder.push(chunk);
    if (!messages) break;
    for (EventMessage& message : *messages) decoded.messages.push_back(std::move(message));
  }
  if (const auto ended = decoder.finish(); !ended) decoded.failure = ended.error().message;
  decoded.unfinished = decoder.unfinished();
  return decoded;
}

// The messages of the whole; those of the bytes cut anywhere must be the same.
Decoded decode(std::string_view bytes) {
  const Decoded whole = decode_chunks({bytes});
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const Decoded in_two = decode_chunks({bytes.substr(0, cut), bytes.substr(cut)});
    EXPECT_EQ(in_two.messages, whole.messages) << "cut at byte " << cut;
    EXPECT_EQ(in_two.failure, whole.failure) << "cut at byte " << cut;
  }
  return whole;
}

TEST(EventStream, ChecksumsAreThoseOfZlib) { EXPECT_EQ(checksum("123456789"), 0xCBF43926U); }

TEST(EventStream, MessagesComeInOrderWithTheirHeadersAndPayload) {
  const Decoded decoded =
      decode(event_message("one", "{}") + raw_message("", "") + event_message("two", "payload"));
  ASSERT_EQ(decoded.messages.size(), 3u);
  EXPECT_EQ(decoded.messages[0].text(":event-type"), "one");
  EXPECT_EQ(decoded.messages[0].text(":message-type"), "event");
  EXPECT_EQ(decoded.messages[0].payload, "{}");
  EXPECT_TRUE(decoded.messages[1].headers.empty());
  EXPECT_EQ(decoded.messages[1].payload, "");
  EXPECT_EQ(decoded.messages[2].payload, "payload");
  EXPECT_EQ(decoded.messages[2].text("absent"), "");
  EXPECT_FALSE(decoded.unfinished);
}

TEST(EventStream, HeadersHaveEveryType) {
  const std::string uuid = "0123456789abcdef";
  const std::string headers =
      raw_header("t", 0, "") + raw_header("f", 1, "") + raw_header("b", 2, "\xFE") +
      raw_header("s", 3, std::string("\xFF\x00", 2)) + raw_header("i", 4, "\x7F\xFF\xFF\xFF") +
      raw_header("l", 5, std::string("\x80\0\0\0\0\0\0\0", 8)) +
      raw_header("y", 6, std::string("\0\3a\0b", 5)) + text_header("x", "text") +
      raw_header("w", 8, std::string("\0\0\0\0\0\0\1\0", 8)) + raw_header("u", 9, uuid);
  const Decoded decoded = decode(raw_message(headers, ""));
  ASSERT_EQ(decoded.messages.size(), 1u);
  const std::vector<EventHeader> expected = {
      {"t", Type::kTrue, true},
      {"f", Type::kFalse, false},
      {"b", Type::kInt8, std::int64_t{-2}},
      {"s", Type::kInt16, std::int64_t{-256}},
      {"i", Type::kInt32, std::int64_t{0x7FFFFFFF}},
      {"l", Type::kInt64, std::numeric_limits<std::int64_t>::min()},
      {"y", Type::kBytes, std::string("a\0b", 3)},
      {"x", Type::kString, std::string("text")},
      {"w", Type::kTimestamp, std::int64_t{256}},
      {"u", Type::kUuid, uuid}};
  EXPECT_EQ(decoded.messages[0].headers, expected);
  EXPECT_EQ(decoded.messages[0].text("x"), "text");
  EXPECT_EQ(decoded.messages[0].text("y"), "") << "bytes are no text";
}

TEST(EventStream, ADamagedByteIsFoundWhereverItIs) {
  const std::string good = event_message("one", "{\"a\":1}");
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    const Decoded decoded = decode_chunks({good, bytes});
    EXPECT_EQ(decoded.messages.size(), 1u) << at;
    EXPECT_NE(decoded.failure.find("checksum"), std::string::npos) << at << decoded.failure;
  }
}

TEST(EventStream, WhatCameBeforeTheDamageIsGivenFirst) {
  std::string bytes = event_message("one", "{}") + event_message("two", "{}");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EventStreamDecoder decoder;
  const auto messages = decoder.push(bytes);
  ASSERT_TRUE(messages);
  EXPECT_EQ(messages->size(), 1u);
  EXPECT_EQ(decoder.push("").error().code, ErrorCode::kProviderStream);
  EXPECT_EQ(decoder.push(event_message("three", "{}")).error().code, ErrorCode::kProviderStream);
}

TEST(EventStream, HeadersThatDoNotAddUpAreRefused) {
  for (const std::string& headers : {raw_header("", 0, ""), raw_header("a", 7, "\x01"),
                                     raw_header("a", 7, std::string("\0\5ab", 4)),
                                     raw_header("a", 9, "short"), raw_header("a", 10, ""),
                                     std::string("\x05"
                                                 "ab"),
                                     raw_header("a", 4, "abc")}) {
    const Decoded decoded = decode(raw_message(headers, ""));
    EXPECT_NE(decoded.failure.find("header"), std::string::npos) << decoded.failure;
    EXPECT_TRUE(decoded.messages.empty());
  }
}

// A prelude with its own checksum right.
std::string prelude(std::uint32_t total, std::uint32_t headers) {
  const std::string lengths = big_endian(total, 4) + big_endian(headers, 4);
  return lengths + big_endian(checksum(lengths), 4);
}

TEST(EventStream, LengthsBeyondTheBoundsAreRefusedBeforeAnythingIsKept) {
  const auto code = [](std::uint32_t total, std::uint32_t headers) {
    EventStreamDecoder decoder;
    const auto messages = decoder.push(prelude(total, headers));
    return messages ? std::nullopt : std::optional(messages.error().code);
  };
  constexpr std::uint32_t kHeaders = EventStreamDecoder::kHeaderBytesMax;
  constexpr std::uint32_t kPayload = EventStreamDecoder::kPayloadBytesMax;
  EXPECT_EQ(code(16 + kHeaders + kPayload, kHeaders), std::nullopt);
  EXPECT_EQ(code(16 + kHeaders + 1, kHeaders + 1), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code(16 + kPayload + 1, 0), ErrorCode::kLimitExceeded);
  EXPECT_EQ(code(15, 0), ErrorCode::kProviderStream);
  EXPECT_EQ(code(20, 5), ErrorCode::kProviderStream);
}

TEST(EventStream, AnUnfinishedMessageIsNoMessage) {
  const std::string whole = event_message("one", "{}");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded decoded = decode_chunks({std::string_view(whole).substr(0, size)});
    EXPECT_TRUE(decoded.messages.empty());
    EXPECT_TRUE(decoded.unfinished);
    EXPECT_EQ(decoded.failure, "");
  }
}

}  // namespace
}  // namespace tactus::llm::aws
