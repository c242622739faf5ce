// What a run has recorded of its operations, and what humans have answered: the values by which a
// resumed run goes on. Positions are paths of indices ("3.2.0"). Uses: base.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tactus/base/json.hpp>

namespace tactus::journal {

enum class EntryStatus : std::uint8_t { kStarted, kWaiting, kCompleted, kFailed };
std::string_view entry_status_name(EntryStatus status);  // "started" …
std::optional<EntryStatus> entry_status_from_name(std::string_view name);

// One recorded operation; a value.
struct CheckpointEntry {
  std::string position;  // "3.2.0"
  std::string type;      // "agent_turn", "file" …
  std::string name;      // The agent, tool, procedure, file … concerned; may be empty.
  EntryStatus status = EntryStatus::kStarted;
  std::int64_t order = 0;  // Run-wide counter of completions, 0 while open.
  std::string started_at;  // RFC 3339.
  std::string ended_at;    // RFC 3339; empty while open.
  std::string input_hash;
  Json start;         // What an unfinished entry needs to go on; null = nothing.
  Json result;        // null unless completed.
  Json error;         // null unless failed.
  JsonArray effects;  // What the body changed besides its result.
  Json usage;         // null = none.
};

// What a human answered to the request of that id.
struct Answer {
  std::string request_id;
  Json value;
  std::string responded_at;  // RFC 3339.
};

// True for indices joined by dots: "0", "3.2.0". No sign, no blank, nothing empty.
bool is_position(std::string_view text);

// The order of a program: index by index as numbers, a scope before what is nested in it ("3" <
// "3.2" < "3.10" < "30"). Of texts that are not positions the order is unspecified, but total.
bool position_less(std::string_view a, std::string_view b);

// True for "3.1" in "3", not for "30" and not for "3" itself.
bool is_nested_in(std::string_view position, std::string_view scope);

}  // namespace tactus::journal
