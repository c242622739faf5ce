// The reference fold of a run log: the finest view that conflation must keep. For tests of readings
// and of transcripts. Pure. Uses: base.
#pragma once

#include <map>
#include <span>
#include <string>

#include <tactus/base/json.hpp>

namespace tactus::journal {

// The view of a log's events (one JSON object a line, in the order read):
//
//   {"events": [every event that is not a delta, whole],
//    "turns": {turn_id: [the turn's course, in order: {"seq"} of an event that is not a delta, or
//                        {"event_type","attempt","id","text"} of adjacent deltas of one stream]},
//    "last_seq": n}
//
// Two readings of one log fold alike exactly if they hold the same events, and each turn has the
// same text at the same places. Of a delta nothing counts but its stream and its text. Fails with
// kJson on a line that is not an object.
Result<Json> fold_events(std::span<const std::string> json_lines);

// The text of each message: its chunks of the attempt in which they came, joined. Keys are
// message_ids. Lines that are not chunks do not matter.
std::map<std::string, std::string> message_texts(std::span<const std::string> json_lines);

}  // namespace tactus::journal
