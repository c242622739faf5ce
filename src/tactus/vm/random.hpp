// Pseudo-random numbers that replay: a generator is a value, made from a pair of seeds. Not for
// secrets. Uses: nothing of ours.
#pragma once

#include <array>
#include <cstdint>

namespace tactus::vm {

class Random {
 public:
  explicit Random(std::uint64_t seed = 0, std::uint64_t stream = 0);

  // The next 64 bits.
  std::uint64_t next();
  // Uniform in [low, high]; low must not be above high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  // Uniform in [0, 1), 53 bits.
  double fraction();

  // Starts again from another pair; `restart` from the one it was made with.
  void reseed(std::uint64_t seed, std::uint64_t stream);
  void restart() { reseed(seed_, stream_); }

  std::uint64_t seed() const { return seed_; }
  std::uint64_t stream() const { return stream_; }

 private:
  std::uint64_t seed_, stream_;  // Of construction.
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace tactus::vm
