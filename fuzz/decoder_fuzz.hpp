// What the targets of stream decoders share. The first byte seeds how the rest is cut: the events
// must not depend on it, whatever the bytes are, and all text must be valid UTF-8.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <tactus/base/utf8.hpp>
#include <tactus/llm/provider.hpp>

namespace tactus::fuzz {

using namespace tactus::llm;

struct Outcome {
  std::string text, reasoning, refusal, calls, rest;
  bool complete = false;
  bool failed = false;

  void take(const TextDelta& e) { add(text, e.text); }
  void take(const ReasoningDelta& e) { add(reasoning, e.text); }
  void take(const RefusalDelta& e) { add(refusal, e.text); }
  void take(const ToolCallStart& e) { add(calls, "[" + e.id + "|" + e.name + "]"); }
  void take(const ToolCallArguments& e) { add(calls, e.text); }
  void take(const ProviderPart& e) { add(rest, "p" + e.dialect + tactus::dump_json(e.value)); }
  void take(const UsageReport& e) { rest += std::to_string(e.usage.total_tokens); }
  void take(const ResponseInfo& e) { add(rest, "i" + e.response_id + e.model); }
  void take(const Finish& e) { add(rest, "f" + e.raw); }
  void take(const InBandError& e) { add(rest, "e" + e.type + e.code + e.message); }
  static void add(std::string& to, const std::string& piece) {
    if (!tactus::is_valid_utf8(piece)) std::abort();
    to += piece;
  }
  bool operator==(const Outcome&) const = default;
};

template <typename NextSize>
Outcome decode(const Provider& provider, std::string_view bytes, NextSize next_size) {
  const auto decoder = provider.decoder("");
  Outcome outcome;
  const auto take = [&](const tactus::Result<std::vector<ModelEvent>>& events) {
    outcome.failed = outcome.failed || !events;
    if (!events) return;
    for (const ModelEvent& event : *events) {
      std::visit([&](const auto& e) { outcome.take(e); }, event);
    }
  };
  while (!bytes.empty()) {
    const std::string_view chunk = bytes.substr(0, next_size());
    bytes.remove_prefix(chunk.size());
    take(decoder->push(chunk));
  }
  take(decoder->finish());
  outcome.complete = decoder->complete();
  return outcome;
}

// For LLVMFuzzerTestOneInput.
inline int try_decoder(const Provider& provider, const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::uint32_t seed = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = decode(provider, bytes, [&] { return bytes.size(); });
  const Outcome cut = decode(provider, bytes, [&] {
    seed = seed * 1664525 + 1013904223;
    return std::size_t{1} + (seed >> 28);
  });
  if (!(whole == cut)) std::abort();
  return 0;
}

}  // namespace tactus::fuzz
