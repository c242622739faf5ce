#include <algorithm>
#include <array>

#include <tactus/journal/envelope_laws.hpp>
#include <tactus/journal/event.hpp>

namespace tactus::journal {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"event_type", "run_id", "procedure_id", "seq",
                                                   "timestamp"};
constexpr std::array<std::string_view, 4> kScopeKeys = {"agent_name", "turn_id", "attempt",
                                                        "parent"};
constexpr std::array<std::string_view, 9> kTurnEvents = {"agent_turn",
                                                         "agent_stream_chunk",
                                                         "agent_reasoning_chunk",
                                                         "agent_tool_call",
                                                         "agent_output_delta",
                                                         "agent_output",
                                                         "attempt_superseded",
                                                         "usage",
                                                         "cost"};

// Test and evaluation events are written by modules above this one.
bool is_known_type(std::string_view type) {
  return event_type_from_name(type) || type.starts_with("test_") || type.starts_with("evaluation_");
}

template <std::size_t N>
bool has_keys_at(const JsonObject& event, std::size_t from,
                 const std::array<std::string_view, N>& keys) {
  if (event.size() < from + N) return false;
  return std::equal(keys.begin(), keys.end(), event.begin() + static_cast<std::ptrdiff_t>(from),
                    [](std::string_view key, const auto& member) { return member.key() == key; });
}

// "2026-11-22T18:43:49.123Z": UTC, at least milliseconds.
bool is_timestamp(std::string_view text) {
  static constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.ddd";
  if (text.size() <= kShape.size() || text.back() != 'Z') return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const char shape = i < kShape.size() ? kShape[i] : 'd';
    if (shape == 'd' ? !is_digit(text[i]) : text[i] != shape) return false;
  }
  return true;
}

void check_scope(const Json& event, std::vector<std::string>& findings) {
  if (!has_keys_at(event.get_object(), kKeys.size(), kScopeKeys)) {
    findings.push_back("the turn scope (agent_name, turn_id, attempt, parent) does not follow");
    return;
  }
  if (string_member(event, "turn_id").empty()) findings.push_back("turn_id is empty");
  if (int_member(event, "attempt", -1) < 0) findings.push_back("attempt is not a count");
  const Json& parent = *find_member(event, "parent");
  if (!parent.is_null() && (!parent.is_string() || parent.get_string().empty())) {
    findings.push_back("parent is neither null nor an id");
  }
}

}  // namespace

bool is_turn_event(std::string_view event_type) {
  return std::find(kTurnEvents.begin(), kTurnEvents.end(), event_type) != kTurnEvents.end();
}

bool is_outside_turns(const Json& event) {
  return string_member(event, "event_type") == "agent_tool_call" && !find_member(event, "turn_id");
}

bool is_delta_event(const Json& event) {
  const std::string_view type = string_member(event, "event_type");
  if (type == "agent_tool_call") return string_member(event, "stage") == "arguments";
  return type == "agent_stream_chunk" || type == "agent_reasoning_chunk" ||
         (type == "agent_output_delta" && string_member(event, "op") == "append");
}

std::vector<std::string> EnvelopeLaws::check(const Json& event) {
  std::vector<std::string> findings;
  if (!event.is_object() || !has_keys_at(event.get_object(), 0, kKeys)) {
    findings.push_back("event_type, run_id, procedure_id, seq, timestamp are not the first keys");
    return findings;
  }
  const std::string_view type = string_member(event, "event_type");
  if (type == "reset") findings.push_back("a reset is not part of a log");
  if (!is_known_type(type)) findings.push_back("unknown event type");
  const std::string_view run_id = string_member(event, "run_id");
  const std::string_view procedure_id = string_member(event, "procedure_id");
  if (run_id.empty()) findings.push_back("run_id is empty");
  if (last_seq_ == 0) {
    run_id_ = run_id;
    procedure_id_ = procedure_id;
  }
  if (run_id != run_id_) findings.push_back("run_id is not that of the log");
  if (procedure_id != procedure_id_) findings.push_back("procedure_id is not that of the log");
  if (!is_timestamp(string_member(event, "timestamp"))) {
    findings.push_back("the timestamp is not RFC 3339 in UTC with milliseconds or finer");
  }
  check_seq(event, findings);
  if (is_turn_event(type) && !is_outside_turns(event)) check_scope(event, findings);
  return findings;
}

void EnvelopeLaws::check_seq(const Json& event, std::vector<std::string>& findings) {
  const std::int64_t seq = int_member(event, "seq", -1);
  if (seq <= last_seq_) {
    findings.push_back(fmt::format("seq is not past {}", last_seq_));
    return;
  }
  if (seq != last_seq_ + 1 && !is_delta_event(event)) {
    findings.push_back(fmt::format("entries {} to {} are missing", last_seq_ + 1, seq - 1));
  }
  last_seq_ = seq;
}

}  // namespace tactus::journal
