// Identifiers as a dependency, so that a test decides them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tactus {

// Mints identifiers: URL- and file-name-safe, unique for this process and, for the system source,
// everywhere. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // "run_01k2…" for prefix "run".
  virtual std::string next(std::string_view prefix) = 0;
};

// Time-ordered random identifiers (10 characters of time, 16 of randomness, base 32).
IdSource& system_ids();

// prefix_1, prefix_2 … for tests. Not thread-safe.
class CountingIds final : public IdSource {
 public:
  std::string next(std::string_view prefix) override {
    return std::string(prefix) + "_" + std::to_string(++count_);
  }

 private:
  std::uint64_t count_ = 0;
};

// Cryptographically random text for tokens: `bytes` bytes as lower-case hex.
std::string random_token(std::size_t bytes);

}  // namespace tactus
