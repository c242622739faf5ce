// The events of a run, as values. Spelt as in docs/events.md. Uses: base.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/base/json.hpp>

namespace tactus::journal {

using EventSeq = std::uint64_t;  // 1, 2, 3 … within a run; 0 = before the first.

enum class EventType : std::uint8_t {
  kExecution,
  kAgentTurn,
  kAgentStreamChunk,
  kAgentReasoningChunk,
  kAgentToolCall,
  kAgentOutputDelta,
  kAgentOutput,
  kAttemptSuperseded,
  kUsage,
  kCost,
  kLog,
  kStateChanged,
  kStageChanged,
  kCheckpoint,
  kHitlRequest,
  kHitlResponse,
  kNotification,
  kProcedureCall,
  kExecutionSummary,
  kValidation,
  kReset,
};

// "agent_stream_chunk" for kAgentStreamChunk. Points to static storage.
std::string_view event_type_name(EventType type);

// The type with that spelling, or nothing.
std::optional<EventType> event_type_from_name(std::string_view name);

// What every event of a log has in common.
struct RunIdentity {
  std::string run_id;
  std::string procedure_id;
};

// What the events of one attempt of one turn have in common; shared by all of them.
struct TurnScope {
  std::string agent_name;
  std::string turn_id;
  int attempt = 0;
  std::string parent;  // tool_call_id or call_id the turn is nested in; empty = null.
};
using TurnScopePtr = std::shared_ptr<const TurnScope>;

// One event to be appended. `body` holds the keys that are not in the envelope; a key of the
// envelope or of the turn scope that is repeated in it is left out. `turn` is null for events
// outside turns.
struct Event {
  EventType type = EventType::kLog;
  TurnScopePtr turn;
  JsonObject body;
};

// A stream of text inside a turn: the deltas of one message, of one tool call's arguments, or of
// one string of a structured output. Adjacent deltas of one stream may be merged for a reader that
// is behind. A log tells streams apart by the identity of this object: make one for each message
// and each call. `turn` is not null.
struct DeltaStream {
  // …StreamChunk, …ReasoningChunk, …ToolCall (stage `arguments`) or …OutputDelta (op `append`).
  EventType type = EventType::kAgentStreamChunk;
  TurnScopePtr turn;
  std::string id;         // message_id, tool_call_id or path.
  std::string tool_name;  // Tool calls only.
};
using DeltaStreamPtr = std::shared_ptr<const DeltaStream>;

}  // namespace tactus::journal
