#include <algorithm>
#include <unordered_map>

#include <tactus/journal/read_pacer.hpp>

namespace tactus::journal {

void ReadPacer::given(std::span<const ReadEvent> events, SteadyTime now) {
  if (profile_ == Profile::kDelta) return;
  std::unordered_map<std::uint32_t, int> count_of_stream;
  int busiest = 0;
  for (const ReadEvent& event : events) {
    if (event.stream_key == 0) continue;
    busiest = std::max(busiest, ++count_of_stream[event.stream_key]);
  }
  next_ = now + std::min(kInterval * busiest, kPauseMax);
}

std::chrono::nanoseconds ReadPacer::pause(SteadyTime now) const {
  return std::max(std::chrono::nanoseconds(next_ - now), std::chrono::nanoseconds::zero());
}

}  // namespace tactus::journal
