// Lua patterns (reference manual 6.4.1) with a budget: backtracking is exponential at worst, and no
// hook runs inside it. No Lua here; private to the module.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace tactus::vm {

// A malformed pattern, or one that nests too deep. The text is Lua's.
class PatternError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// One match of a pattern against a subject; both must outlive it. `on_steps` hears of work done, a
// few thousand steps at a time, and may throw.
class PatternMatcher {
 public:
  using OnSteps = void (*)(void* context, std::size_t steps);
  static constexpr int kCapturesMax = 32;

  struct Capture {
    const char* begin = nullptr;
    std::ptrdiff_t length = 0;  // Or kOpen, kPosition.
  };
  static constexpr std::ptrdiff_t kOpen = -1;
  static constexpr std::ptrdiff_t kPosition = -2;

  PatternMatcher(std::string_view subject, std::string_view pattern, OnSteps on_steps,
                 void* context);

  // End of the match of the whole pattern that begins at `offset`, or nothing. Forgets the captures
  // of the last match.
  std::optional<std::size_t> match_at(std::size_t offset);

  int capture_count() const { return level_; }
  // Fails with PatternError for one that was never closed.
  const Capture& capture(int index) const;

 private:
  const char* match(const char* at, const char* item);
  const char* open_capture(const char* at, const char* item, std::ptrdiff_t kind);
  const char* close_capture(const char* at, const char* item);
  const char* match_balance(const char* at, const char* item);
  const char* match_back_reference(const char* at, char digit);
  const char* expand_max(const char* at, const char* item, const char* item_end);
  const char* expand_min(const char* at, const char* item, const char* item_end);
  bool matches_single(const char* at, const char* item, const char* item_end);
  bool matches_set(unsigned char byte, const char* set, const char* set_end);
  bool matches_frontier(const char* at, const char* set, const char* set_end);
  const char* end_of_item(const char* item) const;
  void count_step();

  const char* subject_;
  const char* subject_end_;
  const char* pattern_;
  const char* pattern_end_;
  OnSteps on_steps_;
  void* context_;
  std::size_t steps_ = 0;
  int depth_ = 0;
  int level_ = 0;
  std::array<Capture, kCapturesMax> captures_{};
};

}  // namespace tactus::vm
