// Time as a dependency, so that a test decides it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tactus {

using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// Both clocks of a process. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual SteadyTime steady() const = 0;
};

// The machine's clocks. One immutable object for the whole process.
const Clock& system_clock();

// Stands still until told otherwise. For tests; not thread-safe.
class ManualClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  SteadyTime steady() const override { return steady_; }
  void advance(std::chrono::nanoseconds by) {
    wall_ += by;
    steady_ += std::chrono::duration_cast<SteadyTime::duration>(by);
  }

 private:
  WallTime wall_{std::chrono::seconds{1'750'000'000}};
  SteadyTime steady_{};
};

// RFC 3339, UTC, microseconds: "2026-11-22T18:43:49.123456Z".
std::string format_time(WallTime time);
// What format_time wrote; nothing for any other text.
std::optional<WallTime> parse_time(std::string_view text);

}  // namespace tactus
