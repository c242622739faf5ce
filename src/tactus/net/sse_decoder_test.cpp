#include <chrono>
#include <random>

#include <gtest/gtest.h>

#include <tactus/net/sse_decoder.hpp>

namespace tactus::net {

// For GoogleTest's failure messages.
static void PrintTo(const SseEvent& event, std::ostream* out) {
  *out << "{name=" << event.name << " data=" << testing::PrintToString(event.data)
       << " id=" << event.id << " error=" << event.error << "}";
}

namespace {

using Events = std::vector<SseEvent>;

Events push(SseDecoder& decoder, std::string_view chunk) {
  Result<Events> events = decoder.push(chunk);
  EXPECT_TRUE(events.has_value());
  return events.value_or(Events{});
}

Events decode(const std::vector<std::string_view>& chunks) {
  SseDecoder decoder;
  Events all;
  for (std::string_view chunk : chunks) {
    for (SseEvent& event : push(decoder, chunk)) all.push_back(std::move(event));
  }
  if (auto last = decoder.finish()) all.push_back(std::move(*last));
  return all;
}

Events decode(std::string_view text) { return decode(std::vector{text}); }

SseEvent data(std::string text) { return {"", std::move(text), "", ""}; }

TEST(SseDecoder, JoinsDataLinesAndEndsAnEventAtABlankLine) {
  EXPECT_EQ(decode("data: a\ndata: b\n\ndata: c\n\n"), (Events{data("a\nb"), data("c")}));
}

TEST(SseDecoder, EndsLinesAtLfCrAndCrLf) {
  EXPECT_EQ(decode("data: a\r\rdata: b\r\n\r\ndata: c\n\ndata: d\r\n\ndata: e\n\r"),
            (Events{data("a"), data("b"), data("c"), data("d"), data("e")}));
}

TEST(SseDecoder, AnEmptyDataFieldIsAnEventWithEmptyDataAndNoDataFieldIsNone) {
  EXPECT_EQ(decode("data\n\ndata:\n\ndata: \n\ndata\ndata\n\nevent: x\n\nid: 1\n\n"),
            (Events{data(""), data(""), data(""), data("\n")}));
}

TEST(SseDecoder, RemovesOneLeadingSpaceOnly) {
  EXPECT_EQ(decode("data:a\n\ndata:  a\n\ndata:\ta\n\ndata: a \n\n"),
            (Events{data("a"), data(" a"), data("\ta"), data("a ")}));
}

TEST(SseDecoder, IgnoresCommentsAndUnknownFields) {
  EXPECT_EQ(decode(": hello\n:\nfoo: bar\n Data: x\nDATA: x\ndata : x\ndata: a\n:c\n\n:only\n\n"),
            (Events{data("a")}));
}

TEST(SseDecoder, TheEventNameHoldsForOneEventAndTheLastOneWins) {
  EXPECT_EQ(decode("event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent: lost\n\ndata: 3\n\n"),
            (Events{{"b", "1", "", ""}, data("2"), data("3")}));
}

TEST(SseDecoder, TheIdStaysInForceUntilReplacedAndOneWithNulIsIgnored) {
  const std::string text("id: 7\ndata: a\n\ndata: b\n\nid: x\0y\ndata: c\n\nid\ndata: d\n\n", 53);
  EXPECT_EQ(
      decode(text),
      (Events{{"", "a", "7", ""}, {"", "b", "7", ""}, {"", "c", "7", ""}, {"", "d", "", ""}}));
}

TEST(SseDecoder, AnIdWithoutDataIsInForceForTheNextEvent) {
  EXPECT_EQ(decode("id: 5\n\ndata: a\n\n"), (Events{{"", "a", "5", ""}}));
}

TEST(SseDecoder, TakesRetryOnlyWhenItIsAWholeNumber) {
  SseDecoder decoder;
  push(decoder, "retry: abc\nretry: -1\nretry: 1.5\nretry:\nretry: 99999999999999\n");
  EXPECT_EQ(decoder.retry_ms(), std::nullopt);
  push(decoder, "retry: 2500\nretry: 1x\n");
  EXPECT_EQ(decoder.retry_ms(), 2500);
}

TEST(SseDecoder, ReturnsAFieldNamedErrorEvenWithoutData) {
  EXPECT_EQ(decode("error: {\"m\":1}\n\ndata: a\n\n"),
            (Events{{"", "", "", "{\"m\":1}"}, data("a")}));
}

TEST(SseDecoder, SkipsAByteOrderMarkAtTheStartOnly) {
  EXPECT_EQ(decode("\xEF\xBB\xBF"
                   "data: a\n\n"),
            (Events{data("a")}));
  EXPECT_EQ(decode("\xEF\xBB\xBF\xEF\xBB\xBF"
                   "data: a\n\n"),
            (Events{}));
  EXPECT_EQ(decode("data: a\n\n\xEF\xBB\xBF"
                   "data: b\n\n"),
            (Events{data("a")}));
  EXPECT_EQ(decode("\xEF\xBB"
                   "data: a\n\n"),
            (Events{}));
}

TEST(SseDecoder, FinishReturnsTheEventTheBodyEndedInside) {
  EXPECT_EQ(decode("data: a\n\ndata: [DONE]"), (Events{data("a"), data("[DONE]")}));
  EXPECT_EQ(decode("data: a\n\ndata: b\r"), (Events{data("a"), data("b")}));
  EXPECT_EQ(decode("data: a\n\nevent: x\nid: 1"), (Events{data("a")}));
  EXPECT_EQ(decode("error: bad"), (Events{{"", "", "", "bad"}}));
  EXPECT_EQ(decode(""), Events{});
}

constexpr std::string_view kMixed =
    "\xEF\xBB\xBF: hi\r\nevent: delta\r\nid: 1\r\ndata: {\"text\":\"\xE2\x82\xAC "
    "\xF0\x9F\x98\x80\"}\r\n\r\n"
    "data: one\rdata: two\r\rdata:\n\n\r\n: c\nretry: 10\ndata\n\nerror: no\n\nid: 2\ndata: l\r\n\n"
    "event: e\ndata: unterminated";

TEST(SseDecoder, GivesTheSameEventsForEverySplitOfTheInput) {
  const Events whole = decode(kMixed);
  ASSERT_EQ(whole.size(), 7u);
  EXPECT_EQ(whole[0].data, "{\"text\":\"\xE2\x82\xAC \xF0\x9F\x98\x80\"}");
  for (std::size_t a = 0; a <= kMixed.size(); ++a) {
    for (std::size_t b = a; b <= kMixed.size(); ++b) {
      const Events split = decode({kMixed.substr(0, a), kMixed.substr(a, b - a), kMixed.substr(b)});
      ASSERT_EQ(split, whole) << "split at bytes " << a << " and " << b;
    }
  }
}

TEST(SseDecoder, GivesTheSameEventsByteByByteWithEmptyChunksBetween) {
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < kMixed.size(); ++i) {
    bytes.push_back(kMixed.substr(i, 1));
    bytes.push_back({});
  }
  EXPECT_EQ(decode(bytes), decode(kMixed));
}

TEST(SseDecoder, RandomTextFromTheGrammarDecodesTheSameHoweverItIsCut) {
  std::mt19937 random(1);
  const std::vector<std::string> pieces = {"data", "event", "id",          "retry", "error",
                                           ":",    " ",     "\r",          "\n",    "\r\n",
                                           "x",    "7",     "\xEF\xBB\xBF"};
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += pieces[random() % pieces.size()];
    std::vector<std::string_view> chunks;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 9;
      chunks.push_back(std::string_view(text).substr(at, size));
      at += size;
    }
    ASSERT_EQ(decode(chunks), decode(text)) << testing::PrintToString(text);
  }
}

TEST(SseDecoder, FailsOnAnEventLargerThanTheBoundHoweverItArrives) {
  const std::vector<std::string> too_large = {
      "data: " + std::string(100, 'x') + "\n", "data: " + std::string(100, 'x'),
      "data: 0123456789012345\ndata: 0123456789012345\n", ":" + std::string(100, 'c')};
  for (const std::string& text : too_large) {
    for (const std::size_t size : {text.size(), std::size_t{1}, std::size_t{7}}) {
      SseDecoder decoder(32);
      bool failed = false;
      for (std::size_t at = 0; at < text.size() && !failed; at += size) {
        const auto events = decoder.push(std::string_view(text).substr(at, size));
        failed = !events.has_value();
        if (failed) {
          EXPECT_EQ(events.error().code, ErrorCode::kLimitExceeded);
        }
      }
      EXPECT_TRUE(failed) << text << " in chunks of " << size;
      EXPECT_FALSE(decoder.push("data: a\n\n").has_value());
      EXPECT_EQ(decoder.finish(), std::nullopt);
    }
  }
}

TEST(SseDecoder, TheBoundIsForOneEventNotForTheStream) {
  SseDecoder decoder(32);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(push(decoder, ": a comment\ndata: 0123456789\n\n").size(), 1u);
  }
}

TEST(SseDecoder, ViewsCarryTheSameEventsAsCopies) {
  SseDecoder decoder;
  Events seen;
  for (std::size_t at = 0; at < kMixed.size(); at += 11) {
    const Result<void> done =
        decoder.push_views(kMixed.substr(at, 11), [&](const SseEventView& event) {
          seen.push_back({std::string(event.name), std::string(event.data), std::string(event.id),
                          std::string(event.error)});
        });
    ASSERT_TRUE(done.has_value());
  }
  if (auto last = decoder.finish()) seen.push_back(*last);
  EXPECT_EQ(seen, decode(kMixed));
}

// A quadratic decoder needs minutes for this; a linear one milliseconds.
TEST(SseDecoder, IsLinearForManyTinyChunksAndForLinesThatEndInCrAlone) {
  const auto start = std::chrono::steady_clock::now();
  SseDecoder decoder(64u << 20);
  const std::string chunk(16, 'x');
  push(decoder, "data: ");
  for (int i = 0; i < 500'000; ++i) push(decoder, chunk);
  EXPECT_EQ(push(decoder, "\n\n").at(0).data.size(), 8'000'000u);

  std::string lines;
  for (int i = 0; i < 500'000; ++i) lines += "data: x\r";
  EXPECT_EQ(push(decoder, lines + "\r").at(0).data.size(), 999'999u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(SseEncoder, WritesIdAndDataAndABlankLine) {
  std::string out = "x";
  append_sse_event(out, "1-7", "{\"a\":1}");
  append_sse_event(out, "", "b");
  EXPECT_EQ(out, "xid: 1-7\ndata: {\"a\":1}\n\ndata: b\n\n");
}

TEST(SseEncoder, WhatItWritesIsReadBackWithEveryLineBreakAsLf) {
  std::string out;
  append_sse_event(out, "9", "a\nb\r\nc\rd\n");
  append_sse_event(out, "", "");
  EXPECT_EQ(decode(out), (Events{{"", "a\nb\nc\nd\n", "9", ""}, {"", "", "9", ""}}));
}

}  // namespace
}  // namespace tactus::net
