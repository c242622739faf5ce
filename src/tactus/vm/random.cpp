#include <bit>

#include <tactus/vm/random.hpp>

namespace tactus::vm {
namespace {

// Spreads a counter over all 64 bits (SplitMix64), so that neighbouring seeds are unrelated.
std::uint64_t spread(std::uint64_t& counter) {
  std::uint64_t mixed = (counter += 0x9e3779b97f4a7c15ULL);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) : seed_(seed), stream_(stream) {
  restart();
}

void Random::reseed(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t counter = seed;
  counter = spread(counter) ^ stream;
  for (std::uint64_t& word : state_) word = spread(counter);
}

// xoshiro256**.
std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  // The smallest mask that covers the span; what lies beyond the span is drawn again.
  const std::uint64_t mask = span == 0 ? 0 : ~std::uint64_t{0} >> std::countl_zero(span);
  std::uint64_t drawn = next() & mask;
  while (drawn > span) drawn = next() & mask;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + drawn);
}

double Random::fraction() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

}  // namespace tactus::vm
