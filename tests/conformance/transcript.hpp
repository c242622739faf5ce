// A run log without what differs between two runs of the same program. Tests only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <tactus/base/json.hpp>

namespace tactus::conformance {

// One JSON object a line, as a viewer would get it: times, durations, rates, the run id and the
// hash of the source are fixed values, live `usage` figures are left out, adjacent deltas of one
// stream are one event, and `seq` is dense again. Where procedures ran at once, what belongs to
// each call of the top level stands together, after what belongs to none.
std::vector<std::string> normalised(std::span<const Json> events);

}  // namespace tactus::conformance
