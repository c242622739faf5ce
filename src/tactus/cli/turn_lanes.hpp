// Keeps the turns of tasks that run at once apart on one screen: one turn is shown as it happens,
// with everything nested in it; the events of others are held until it has ended. Nothing is lost,
// and the order inside a turn stays. A value; one thread.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::cli {

class TurnLanes {
 public:
  // The events to show now: this one, none, or what it sets free. Events outside turns are never
  // held; `execution_summary` sets everything free.
  std::vector<Json> take(const Json& event);

 private:
  bool is_ours(const Json& event) const;
  void follow(const Json& event, std::vector<Json>& shown);
  void end_turn(std::vector<Json>& shown);

  std::string shown_;            // turn_id; empty = none.
  bool ended_ = false;           // Its last event may still be followed by its cost.
  std::set<std::string> turns_;  // It and those nested in it.
  std::set<std::string> calls_;  // Tool and procedure calls in these.
  std::deque<Json> held_;
};

}  // namespace tactus::cli
