// An assistant's message as the pieces of which it was made, in their order. Private to the
// providers.
#pragma once

#include <algorithm>
#include <string_view>

#include <tactus/llm/model.hpp>

namespace tactus::llm {

// Calls `on_text(std::string_view)`, `on_call(const ToolCall&)` and `on_part(const Json&)` with
// what came between the parts that are of `dialect`, and with these. Texts may be blank, never
// empty.
template <typename OnText, typename OnCall, typename OnPart>
void each_piece(const Message& message, std::string_view dialect, OnText on_text, OnCall on_call,
                OnPart on_part) {
  std::size_t text_at = 0, call_at = 0;
  const auto go_to = [&](std::size_t text_end, std::size_t calls_end) {
    text_end = std::min(text_end, message.content.size());
    if (text_end > text_at) {
      on_text(std::string_view(message.content).substr(text_at, text_end - text_at));
      text_at = text_end;
    }
    calls_end = std::min(calls_end, message.tool_calls.size());
    for (; call_at < calls_end; ++call_at) on_call(message.tool_calls[call_at]);
  };
  for (const ProviderPart& part : message.provider_parts) {
    if (part.dialect != dialect) continue;
    go_to(part.text_bytes, part.calls);
    on_part(part.value);
  }
  go_to(message.content.size(), message.tool_calls.size());
}

}  // namespace tactus::llm
