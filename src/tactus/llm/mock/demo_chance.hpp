// Repeatable choice for the demo model: our own hash and generator, so that a reply is the same
// with every standard library and on every machine. Values. Uses: nothing of ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tactus::llm::mock {

// FNV-1a over `text`, continued from `seed`.
inline std::uint64_t hash_text(std::string_view text,
                               std::uint64_t seed = 14695981039346656037ULL) {
  for (const char c : text) {
    seed ^= static_cast<unsigned char>(c);
    seed *= 1099511628211ULL;
  }
  return seed;
}

// SplitMix64.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  // 0 … bound-1; 0 when `bound` is 0.
  std::size_t below(std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound);
  }

  // [0, 1), always with 53 bits.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

}  // namespace tactus::llm::mock
