#include <cctype>
#include <cstring>
#include <string>

#include <tactus/vm/pattern.hpp>

namespace tactus::vm {
namespace {

constexpr int kDepthMax = 200;
constexpr std::size_t kStepsPerReport = 4096;

bool in_class(unsigned char byte, char name) {
  bool member = false;
  switch (std::tolower(static_cast<unsigned char>(name))) {
    case 'a':
      member = std::isalpha(byte) != 0;
      break;
    case 'c':
      member = std::iscntrl(byte) != 0;
      break;
    case 'd':
      member = std::isdigit(byte) != 0;
      break;
    case 'g':
      member = std::isgraph(byte) != 0;
      break;
    case 'l':
      member = std::islower(byte) != 0;
      break;
    case 'p':
      member = std::ispunct(byte) != 0;
      break;
    case 's':
      member = std::isspace(byte) != 0;
      break;
    case 'u':
      member = std::isupper(byte) != 0;
      break;
    case 'w':
      member = std::isalnum(byte) != 0;
      break;
    case 'x':
      member = std::isxdigit(byte) != 0;
      break;
    default:
      return static_cast<unsigned char>(name) == byte;
  }
  return std::isupper(static_cast<unsigned char>(name)) != 0 ? !member : member;
}

class DepthScope {
 public:
  explicit DepthScope(int& depth) : depth_(depth) {
    if (++depth_ > kDepthMax) {
      --depth_;
      throw PatternError("pattern too complex");
    }
  }
  ~DepthScope() { --depth_; }
  DepthScope(const DepthScope&) = delete;
  DepthScope& operator=(const DepthScope&) = delete;

 private:
  int& depth_;
};

}  // namespace

PatternMatcher::PatternMatcher(std::string_view subject, std::string_view pattern, OnSteps on_steps,
                               void* context)
    : subject_(subject.data()),
      subject_end_(subject.data() + subject.size()),
      pattern_(pattern.data()),
      pattern_end_(pattern.data() + pattern.size()),
      on_steps_(on_steps),
      context_(context) {}

std::optional<std::size_t> PatternMatcher::match_at(std::size_t offset) {
  level_ = 0;
  depth_ = 0;
  const char* const end = match(subject_ + offset, pattern_);
  if (end == nullptr) return std::nullopt;
  return static_cast<std::size_t>(end - subject_);
}

const PatternMatcher::Capture& PatternMatcher::capture(int index) const {
  const Capture& found = captures_.at(static_cast<std::size_t>(index));
  if (found.length == kOpen) throw PatternError("unfinished capture");
  return found;
}

void PatternMatcher::count_step() {
  if (++steps_ < kStepsPerReport) return;
  steps_ = 0;
  on_steps_(context_, kStepsPerReport);
}

const char* PatternMatcher::match(const char* at, const char* item) {
  const DepthScope depth(depth_);
  for (;;) {
    count_step();
    if (item == pattern_end_) return at;
    switch (*item) {
      case '(': {
        const bool position = item + 1 < pattern_end_ && item[1] == ')';
        return open_capture(at, item + (position ? 2 : 1), position ? kPosition : kOpen);
      }
      case ')':
        return close_capture(at, item + 1);
      case '$':
        if (item + 1 == pattern_end_) return at == subject_end_ ? at : nullptr;
        break;
      case '%':
        if (item + 1 == pattern_end_) break;
        if (item[1] == 'b') {
          at = match_balance(at, item + 2);
          if (at == nullptr) return nullptr;
          item += 4;
          continue;
        }
        if (item[1] == 'f') {
          item += 2;
          if (item == pattern_end_ || *item != '[') {
            throw PatternError("missing '[' after '%f' in pattern");
          }
          const char* const set_end = end_of_item(item);
          if (!matches_frontier(at, item, set_end)) return nullptr;
          item = set_end;
          continue;
        }
        if (std::isdigit(static_cast<unsigned char>(item[1])) != 0) {
          at = match_back_reference(at, item[1]);
          if (at == nullptr) return nullptr;
          item += 2;
          continue;
        }
        break;
      default:
        break;
    }
    const char* const item_end = end_of_item(item);
    const char suffix = item_end < pattern_end_ ? *item_end : '\0';
    if (suffix == '*') return expand_max(at, item, item_end);
    if (suffix == '-') return expand_min(at, item, item_end);
    const bool matched = matches_single(at, item, item_end);
    if (suffix == '+') return matched ? expand_max(at + 1, item, item_end) : nullptr;
    if (suffix == '?') {
      if (matched) {
        if (const char* const end = match(at + 1, item_end + 1)) return end;
      }
      item = item_end + 1;
      continue;
    }
    if (!matched) return nullptr;
    ++at;
    item = item_end;
  }
}

const char* PatternMatcher::open_capture(const char* at, const char* item, std::ptrdiff_t kind) {
  if (level_ >= kCapturesMax) throw PatternError("too many captures");
  captures_[static_cast<std::size_t>(level_)] = {at, kind};
  ++level_;
  const char* const end = match(at, item);
  if (end == nullptr) --level_;
  return end;
}

const char* PatternMatcher::close_capture(const char* at, const char* item) {
  int open = level_ - 1;
  while (open >= 0 && captures_[static_cast<std::size_t>(open)].length != kOpen) --open;
  if (open < 0) throw PatternError("invalid pattern capture");
  Capture& closed = captures_[static_cast<std::size_t>(open)];
  closed.length = at - closed.begin;
  const char* const end = match(at, item);
  if (end == nullptr) closed.length = kOpen;
  return end;
}

const char* PatternMatcher::match_balance(const char* at, const char* item) {
  if (pattern_end_ - item < 2) throw PatternError("malformed pattern (missing arguments to '%b')");
  if (at == subject_end_ || *at != item[0]) return nullptr;
  int nested = 1;
  for (++at; at < subject_end_; ++at) {
    count_step();
    if (*at == item[1]) {
      if (--nested == 0) return at + 1;
    } else if (*at == item[0]) {
      ++nested;
    }
  }
  return nullptr;
}

const char* PatternMatcher::match_back_reference(const char* at, char digit) {
  const int index = digit - '1';
  if (index < 0 || index >= level_ || captures_[static_cast<std::size_t>(index)].length == kOpen) {
    throw PatternError("invalid capture index %" + std::to_string(index + 1));
  }
  const Capture& captured = captures_[static_cast<std::size_t>(index)];
  if (captured.length == kPosition) return nullptr;
  if (subject_end_ - at < captured.length) return nullptr;
  const auto length = static_cast<std::size_t>(captured.length);
  for (std::size_t done = 0; done < length; done += kStepsPerReport) count_step();
  return std::memcmp(captured.begin, at, length) == 0 ? at + captured.length : nullptr;
}

const char* PatternMatcher::expand_max(const char* at, const char* item, const char* item_end) {
  std::ptrdiff_t count = 0;
  while (matches_single(at + count, item, item_end)) {
    ++count;
    count_step();
  }
  for (; count >= 0; --count) {
    if (const char* const end = match(at + count, item_end + 1)) return end;
  }
  return nullptr;
}

const char* PatternMatcher::expand_min(const char* at, const char* item, const char* item_end) {
  for (;; ++at) {
    if (const char* const end = match(at, item_end + 1)) return end;
    if (!matches_single(at, item, item_end)) return nullptr;
  }
}

bool PatternMatcher::matches_single(const char* at, const char* item, const char* item_end) {
  if (at >= subject_end_) return false;
  const auto byte = static_cast<unsigned char>(*at);
  switch (*item) {
    case '.':
      return true;
    case '%':
      return in_class(byte, item[1]);
    case '[':
      return matches_set(byte, item, item_end - 1);
    default:
      return static_cast<unsigned char>(*item) == byte;
  }
}

// `set` is at '[', `set_end` at the closing ']'.
bool PatternMatcher::matches_set(unsigned char byte, const char* set, const char* set_end) {
  bool found_means = true;
  ++set;
  if (*set == '^') {
    found_means = false;
    ++set;
  }
  for (; set < set_end; ++set) {
    count_step();  // A set may be as long as memory allows.
    if (*set == '%') {
      ++set;
      if (in_class(byte, *set)) return found_means;
    } else if (set + 2 < set_end && set[1] == '-') {
      if (static_cast<unsigned char>(set[0]) <= byte &&
          byte <= static_cast<unsigned char>(set[2])) {
        return found_means;
      }
      set += 2;
    } else if (static_cast<unsigned char>(*set) == byte) {
      return found_means;
    }
  }
  return !found_means;
}

bool PatternMatcher::matches_frontier(const char* at, const char* set, const char* set_end) {
  const unsigned char previous = at == subject_ ? 0 : static_cast<unsigned char>(at[-1]);
  const unsigned char current = at == subject_end_ ? 0 : static_cast<unsigned char>(*at);
  return !matches_set(previous, set, set_end - 1) && matches_set(current, set, set_end - 1);
}

const char* PatternMatcher::end_of_item(const char* item) const {
  const char first = *item++;
  if (first == '%') {
    if (item == pattern_end_) throw PatternError("malformed pattern (ends with '%')");
    return item + 1;
  }
  if (first != '[') return item;
  if (item < pattern_end_ && *item == '^') ++item;
  do {  // A ']' that comes first stands for itself.
    if (item == pattern_end_) throw PatternError("malformed pattern (missing ']')");
    if (*item++ == '%') {
      if (item == pattern_end_) throw PatternError("malformed pattern (missing ']')");
      ++item;
    }
  } while (item == pattern_end_ || *item != ']');
  return item + 1;
}

}  // namespace tactus::vm
