#include <array>
#include <utility>

#include <tactus/journal/event.hpp>

namespace tactus::journal {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 21> kNames = {
    "execution",
    "agent_turn",
    "agent_stream_chunk",
    "agent_reasoning_chunk",
    "agent_tool_call",
    "agent_output_delta",
    "agent_output",
    "attempt_superseded",
    "usage",
    "cost",
    "log",
    "state_changed",
    "stage_changed",
    "checkpoint",
    "hitl_request",
    "hitl_response",
    "notification",
    "procedure_call",
    "execution_summary",
    "validation",
    "reset",
};
static_assert(kNames.size() == static_cast<std::size_t>(EventType::kReset) + 1);

}  // namespace

std::string_view event_type_name(EventType type) { return kNames[static_cast<std::size_t>(type)]; }

std::optional<EventType> event_type_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

}  // namespace tactus::journal
