// What a resumed run's log already says, so that nothing is said twice: how far its turns, tool
// calls and procedure calls came, and what they cost. Uses: journal. A value.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>
#include <tactus/journal/run_log.hpp>

namespace tactus::runtime {

// A turn of an earlier generation.
struct TurnTrace {
  std::string agent_name, parent, end;  // `end`: the stage it ended with; empty = open.
  int attempt = 0;                      // The last one.
  std::vector<std::string> message_ids, tool_call_ids;  // Of that attempt, as they appeared.
  std::set<int> superseded;                             // Attempts.
  bool has_output = false;
  bool has_cost = false;
};

struct LogTrace {
  std::map<std::string, TurnTrace> turns;         // By turn_id.
  std::map<std::string, std::string> tool_calls;  // tool_call_id → last stage.
  std::map<std::string, std::string> tool_names;  // tool_call_id → the tool.
  std::map<std::string, std::string> procedures;  // call_id → last stage.
  std::map<std::string, bool> requests;           // request_id of humans → whether answered.
  std::set<std::string> tools_used;
  JsonArray costs;  // The bodies of all `cost` events.

  // Reads the whole log. Blocks for as long as that takes.
  static LogTrace of(const journal::RunLog& log);
  // Whether the call was seen in `stage` or a later one.
  bool tool_call_reached(const std::string& id, std::string_view stage) const;

  // Under which id the log tells of a call, and the last stage it has of it ("" = nothing yet).
  struct Identity {
    std::string id, told;
  };
  // Of what is called `base` in `told` (a map above). What failed there is told anew, under an id
  // of this generation.
  static Identity identity_of(const std::string& base,
                              const std::map<std::string, std::string>& told, int generation);

  // The identity under which `entries` (a map above) tells last of what is called `id`: `id`
  // itself, or with "r" and the generation that tried it again. Empty when there is none.
  template <typename Entries>
  static std::string newest(const Entries& entries, const std::string& id) {
    std::string newest;
    for (auto at = entries.lower_bound(id); at != entries.end() && at->first.starts_with(id);
         ++at) {
      const bool is_it = at->first.size() == id.size() || at->first[id.size()] == 'r';
      if (is_it && (newest.empty() || at->first.size() >= newest.size())) newest = at->first;
    }
    return newest;
  }
};

}  // namespace tactus::runtime
