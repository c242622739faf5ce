// The first byte seeds how the rest is cut; every cut must give the same events as the whole, and
// what the encoder writes must be read back.
#include <cstdint>
#include <string_view>

#include <tactus/net/sse_decoder.hpp>

namespace {

using tactus::net::SseDecoder;
using tactus::net::SseEvent;

constexpr std::size_t kEventBytesMax = 512;

struct Outcome {
  std::vector<SseEvent> events;
  std::optional<int> retry_ms;
  bool failed = false;
};

// `next_size` gives the size of each chunk. Events of a call that failed are not returned, so a
// failed decoding is only compared in having failed.
template <typename NextSize>
Outcome decode(std::string_view text, NextSize next_size) {
  SseDecoder decoder(kEventBytesMax);
  Outcome outcome;
  while (!text.empty()) {
    const std::string_view chunk = text.substr(0, next_size());
    text.remove_prefix(chunk.size());
    auto events = decoder.push(chunk);
    if (!events) {
      outcome.failed = true;
      return outcome;
    }
    for (SseEvent& event : *events) outcome.events.push_back(std::move(event));
  }
  if (auto last = decoder.finish()) outcome.events.push_back(std::move(*last));
  outcome.retry_ms = decoder.retry_ms();
  return outcome;
}

void check_encoding(const SseEvent& event) {
  if (event.data.find('\r') != std::string::npos) return;  // Read back as LF.
  std::string text;
  tactus::net::append_sse_event(text, event.id, event.data);
  SseDecoder decoder;
  const auto again = decoder.push(text);
  TACTUS_ASSERT(again.has_value() && again->size() == 1);
  TACTUS_ASSERT(again->front().data == event.data && again->front().id == event.id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  std::uint32_t seed = bytes[0];
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const Outcome whole = decode(text, [&] { return text.size(); });
  const Outcome cut = decode(text, [&] {
    seed = seed * 1664525u + 1013904223u;
    return 1 + (seed >> 24) % 16;
  });
  TACTUS_ASSERT(whole.failed == cut.failed);
  if (whole.failed) return 0;
  TACTUS_ASSERT(whole.events == cut.events && whole.retry_ms == cut.retry_ms);
  for (const SseEvent& event : whole.events) check_encoding(event);
  return 0;
}
