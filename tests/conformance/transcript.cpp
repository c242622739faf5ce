#include "transcript.hpp"

#include <array>
#include <map>

namespace tactus::conformance {
namespace {

constexpr std::array<std::string_view, 3> kDurations = {"duration_ms", "ttft_ms",
                                                        "upstream_closed_ms"};
constexpr std::array<std::string_view, 9> kTimes = {"timestamp",  "requested",       "settled",
                                                    "expires_at", "wake_at",         "responded_at",
                                                    "started_at", "upstream_closed", "created_at"};

template <std::size_t N>
bool is_one_of(std::string_view key, const std::array<std::string_view, N>& keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

void fix_values(Json& value) {
  if (JsonArray* list = value.if_array()) {
    for (Json& item : *list) fix_values(item);
  }
  JsonObject* object = value.if_object();
  if (!object) return;
  for (auto& member : *object) {
    const std::string_view key = member.key();
    Json& inner = member.value();
    if (is_one_of(key, kDurations)) {
      inner = 0;
    } else if (is_one_of(key, kTimes)) {
      inner = "2025-01-01T00:00:00.000000Z";
    } else if (key == "run_id") {
      inner = "run_golden";
    } else if (key == "source_hash") {
      inner = "sha256";
    } else if (key == "inter_token_ms") {
      inner = JsonObject{{"p50", 0}, {"p95", 0}, {"max", 0}};
    } else {
      fix_values(inner);
    }
  }
}

// The member that holds the text of a delta; empty for other events.
std::string_view text_key(const Json& event) {
  const std::string_view type = string_member(event, "event_type");
  if (type == "agent_stream_chunk" || type == "agent_reasoning_chunk") return "chunk_text";
  const bool arguments = type == "agent_tool_call" && string_member(event, "stage") == "arguments";
  return arguments ? "arguments_delta" : "";
}

bool is_same_stream(const Json& a, const Json& b) {
  if (text_key(a).empty() || text_key(a) != text_key(b)) return false;
  for (const char* key : {"event_type", "turn_id", "message_id", "tool_call_id"}) {
    if (string_member(a, key) != string_member(b, key)) return false;
  }
  return true;
}

// The call of the top level to which each event belongs, "" for none.
std::vector<std::string> strands_of(std::span<const Json> events) {
  std::map<std::string, std::string> strand_of_id;
  std::vector<std::string> strands;
  for (const Json& event : events) {
    const bool is_call = string_member(event, "event_type") == "procedure_call";
    const std::string id(string_member(event, is_call ? "call_id" : "turn_id"));
    std::string strand;
    if (const std::string parent(string_member(event, "parent")); !parent.empty()) {
      strand = strand_of_id[parent];
    } else if (is_call) {
      strand = id;
    } else if (const auto known = strand_of_id.find(id); known != strand_of_id.end()) {
      strand = known->second;
    }
    strand_of_id.try_emplace(id, strand);
    for (const char* key : {"tool_call_id", "request_id"}) {
      const std::string own(string_member(event, key));
      if (!own.empty()) strand_of_id.try_emplace(own, strand);
    }
    strands.push_back(std::move(strand));
  }
  return strands;
}

bool ran_at_once(std::span<const Json> events) {
  int open = 0;
  for (const Json& event : events) {
    if (string_member(event, "event_type") != "procedure_call") continue;
    if (!string_member(event, "parent").empty()) continue;
    open += string_member(event, "stage") == "started" ? 1 : -1;
    if (open > 1) return true;
  }
  return false;
}

// Turns at once end in any order.
void sort_costs(Json& event) {
  Json* costs = event.as_object().if_contains("cost_breakdown");
  if (!costs) return;
  std::sort(costs->as_array().begin(), costs->as_array().end(),
            [](const Json& a, const Json& b) { return dump_json(a) < dump_json(b); });
}

std::vector<Json> in_order(std::span<const Json> events) {
  if (!ran_at_once(events)) return {events.begin(), events.end()};
  const std::vector<std::string> strands = strands_of(events);
  std::map<std::string, std::vector<Json>> grouped;
  for (std::size_t i = 0; i < events.size(); ++i) grouped[strands[i]].push_back(events[i]);
  std::vector<Json> ordered;
  for (auto& [strand, own] : grouped) ordered.insert(ordered.end(), own.begin(), own.end());
  for (Json& event : ordered) sort_costs(event);
  return ordered;
}

}  // namespace

std::vector<std::string> normalised(std::span<const Json> events) {
  std::vector<Json> kept;
  for (const Json& event : in_order(events)) {
    if (string_member(event, "event_type") == "usage") continue;
    if (!kept.empty() && is_same_stream(kept.back(), event)) {
      Json& text = kept.back().as_object()[text_key(event)];
      text = std::string(text.as_string()) + std::string(string_member(event, text_key(event)));
      continue;
    }
    kept.push_back(event);
  }
  std::vector<std::string> lines;
  for (Json& event : kept) {
    fix_values(event);
    event.as_object()["seq"] = lines.size() + 1;
    lines.push_back(dump_json(event));
  }
  return lines;
}

}  // namespace tactus::conformance
