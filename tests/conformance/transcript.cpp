#include "transcript.hpp"

#include <array>

namespace tactus::conformance {
namespace {

constexpr std::array<std::string_view, 3> kDurations = {"duration_ms", "ttft_ms",
                                                        "upstream_closed_ms"};
constexpr std::array<std::string_view, 6> kTimes = {"timestamp",  "requested",       "settled",
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

}  // namespace

std::vector<std::string> normalised(std::span<const Json> events) {
  std::vector<Json> kept;
  for (const Json& event : events) {
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
