// The envelope part of the laws verifier; see laws.hpp.
#pragma once

#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::journal {

// True for the event types that carry a turn scope …
bool is_turn_event(std::string_view event_type);
// … but for a tool call that the program made itself: it belongs to no turn.
bool is_outside_turns(const Json& event);

// True for an event that conflation may merge.
bool is_delta_event(const Json& event);

// Follows one transcript. Not thread-safe.
class EnvelopeLaws {
 public:
  // What is wrong with this event's envelope, given those before it; none = nothing.
  std::vector<std::string> check(const Json& event);

 private:
  void check_seq(const Json& event, std::vector<std::string>& findings);

  std::string run_id_;
  std::string procedure_id_;
  std::int64_t last_seq_ = 0;
};

}  // namespace tactus::journal
