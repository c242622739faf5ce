#include <utility>

#include <tactus/cli/turn_lanes.hpp>

namespace tactus::cli {
namespace {

std::string text_of(const Json& event, std::string_view key) {
  return std::string(string_member(event, key));
}

}  // namespace

std::vector<Json> TurnLanes::take(const Json& event) {
  std::vector<Json> shown;
  if (text_of(event, "turn_id").empty()) {
    const std::string call = text_of(event, "call_id");
    if (!call.empty() && calls_.contains(text_of(event, "parent"))) calls_.insert(call);
    while (text_of(event, "event_type") == "execution_summary" &&
           !(shown_.empty() && held_.empty()))
      end_turn(shown);
    shown.push_back(event);
    return shown;
  }
  if (ended_ && !is_ours(event)) end_turn(shown);
  if (is_ours(event)) {
    follow(event, shown);
  } else {
    held_.push_back(event);
  }
  return shown;
}

bool TurnLanes::is_ours(const Json& event) const {
  return shown_.empty() || turns_.contains(text_of(event, "turn_id")) ||
         calls_.contains(text_of(event, "parent"));
}

void TurnLanes::follow(const Json& event, std::vector<Json>& shown) {
  const std::string turn = text_of(event, "turn_id");
  const std::string type = text_of(event, "event_type");
  if (shown_.empty()) shown_ = turn;
  turns_.insert(turn);
  if (const std::string call = text_of(event, "tool_call_id"); !call.empty()) calls_.insert(call);
  shown.push_back(event);
  if (turn != shown_) return;
  if (type == "agent_turn") ended_ = text_of(event, "stage") != "started";
  if (type == "cost") end_turn(shown);
}

// Goes on with what was held, up to the end of the next turn and beyond as far as that sets free.
void TurnLanes::end_turn(std::vector<Json>& shown) {
  shown_.clear();
  ended_ = false;
  turns_.clear();
  calls_.clear();
  std::deque<Json> held = std::exchange(held_, {});
  for (const Json& event : held) {
    for (Json& free : take(event)) shown.push_back(std::move(free));
  }
}

}  // namespace tactus::cli
