#include <algorithm>
#include <array>

#include <tactus/runtime/log_trace.hpp>

namespace tactus::runtime {
namespace {

using journal::EventType;

void remember(std::vector<std::string>& ids, std::string id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
}

int rank_of(std::string_view stage) {
  constexpr std::array<std::string_view, 4> kStages = {"started", "arguments", "executing",
                                                       "progress"};
  const auto found = std::find(kStages.begin(), kStages.end(), stage);
  return static_cast<int>(found - kStages.begin());  // completed and failed: the last.
}

void note_turn(TurnTrace& turn, EventType type, const Json& event) {
  const int attempt = static_cast<int>(int_member(event, "attempt"));
  if (attempt > turn.attempt) {
    turn.attempt = attempt;
    turn.message_ids.clear();
    turn.tool_call_ids.clear();
  }
  const std::string stage(string_member(event, "stage"));
  switch (type) {
    case EventType::kAgentTurn:
      turn.agent_name = string_member(event, "agent_name");
      turn.parent = string_member(event, "parent");
      if (stage != "started") turn.end = stage;
      break;
    case EventType::kAgentStreamChunk:
    case EventType::kAgentReasoningChunk:
      remember(turn.message_ids, std::string(string_member(event, "message_id")));
      break;
    case EventType::kAgentToolCall:
      remember(turn.tool_call_ids, std::string(string_member(event, "tool_call_id")));
      break;
    case EventType::kAttemptSuperseded:
      turn.superseded.insert(static_cast<int>(int_member(event, "attempt")));
      turn.message_ids.clear();
      turn.tool_call_ids.clear();
      break;
    case EventType::kAgentOutput:
      turn.has_output = true;
      break;
    case EventType::kCost:
      turn.has_cost = true;
      break;
    default:
      break;
  }
}

void note(LogTrace& trace, EventType type, const Json& event) {
  const std::string turn_id(string_member(event, "turn_id"));
  if (!turn_id.empty()) note_turn(trace.turns[turn_id], type, event);
  if (type == EventType::kAgentToolCall) {
    const std::string id(string_member(event, "tool_call_id"));
    trace.tool_calls[id] = string_member(event, "stage");
    trace.tool_names[id] = string_member(event, "tool_name");
    if (string_member(event, "stage") == "executing")
      trace.tools_used.emplace(string_member(event, "tool_name"));
  } else if (type == EventType::kProcedureCall) {
    trace.procedures[std::string(string_member(event, "call_id"))] = string_member(event, "stage");
  } else if (type == EventType::kHitlRequest) {
    trace.requests.try_emplace(std::string(string_member(event, "request_id")), false);
  } else if (type == EventType::kHitlResponse) {
    trace.requests[std::string(string_member(event, "request_id"))] = true;
  } else if (type == EventType::kCost) {
    trace.costs.push_back(event);
  }
}

}  // namespace

LogTrace LogTrace::of(const journal::RunLog& log) {
  LogTrace trace;
  journal::EventSeq cursor = 0;
  for (;;) {
    const auto events = log.read(cursor, {});
    if (events.empty()) return trace;
    for (const journal::ReadEvent& read : events) {
      cursor = read.cursor;
      if (auto event = parse_json(read.json)) note(trace, read.type, *event);
    }
  }
}

LogTrace::Identity LogTrace::identity_of(const std::string& base,
                                         const std::map<std::string, std::string>& told,
                                         int generation) {
  const std::string newest = LogTrace::newest(told, base);
  if (newest.empty()) return {base, ""};
  const std::string& stage = told.at(newest);
  if (stage == "failed" || stage == "cancelled")
    return {base + "r" + std::to_string(generation), ""};
  return {newest, stage};
}

bool LogTrace::tool_call_reached(const std::string& id, std::string_view stage) const {
  const auto found = tool_calls.find(id);
  return found != tool_calls.end() && rank_of(found->second) >= rank_of(stage);
}

}  // namespace tactus::runtime
