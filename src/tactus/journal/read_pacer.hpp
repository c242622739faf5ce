// When a reader in the accumulated profile may read again. Pure. Uses: base.
#pragma once

#include <chrono>
#include <span>

#include <tactus/journal/run_log.hpp>

namespace tactus::journal {

// Keeps a reader to at most 20 events a second for each message, on average, so that resending the
// text so far stays bounded: between two readings pass 50 ms for each event that the busiest stream
// had in the first of them, and what was appended meanwhile is merged. In the delta profile, and
// after a reading without deltas, nothing is delayed. One pacer per reader; not thread-safe.
class ReadPacer {
 public:
  static constexpr std::chrono::milliseconds kInterval{50};
  // Longest pause, so that a late joiner who got a long history at once still sees the run live.
  static constexpr std::chrono::milliseconds kPauseMax{250};

  explicit ReadPacer(Profile profile) : profile_(profile) {}

  // Tells what a reading gave, and when.
  void given(std::span<const ReadEvent> events, SteadyTime now);

  // How long to wait before the next reading; zero = read now.
  std::chrono::nanoseconds pause(SteadyTime now) const;

 private:
  Profile profile_;
  SteadyTime next_{};
};

}  // namespace tactus::journal
