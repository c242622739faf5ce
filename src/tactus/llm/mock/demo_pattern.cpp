// Walks a regular expression and writes a text it accepts, instead of matching one.
#include <algorithm>
#include <cctype>

#include <tactus/llm/mock/demo_values.hpp>

namespace tactus::llm::mock {
namespace {

// Recursive descent over the pattern. Look-around, back references and lazy marks beyond '?' make
// it give up.
class Generator {
 public:
  Generator(std::string_view pattern, Chance& chance) : pattern_(pattern), chance_(chance) {}

  std::optional<std::string> run() {
    std::string out = alternatives(0);
    if (failed_ || at_ != pattern_.size()) return std::nullopt;
    return out;
  }

 private:
  static constexpr int kDepthMax = 32;
  static constexpr std::size_t kRepeatMax = 1000;

  bool ends() const { return at_ >= pattern_.size(); }

  std::string alternatives(int depth) {
    if (depth > kDepthMax) failed_ = true;
    std::vector<std::string> choices{sequence(depth)};
    while (!failed_ && !ends() && pattern_[at_] == '|') {
      ++at_;
      choices.push_back(sequence(depth));
    }
    return choices[chance_.below(choices.size())];
  }

  std::string sequence(int depth) {
    std::string out;
    while (!failed_ && !ends() && pattern_[at_] != '|' && pattern_[at_] != ')') {
      const std::size_t from = at_;
      const std::string one = atom(depth);
      const std::size_t after_atom = at_;
      const std::size_t times = quantifier();
      const std::size_t after = at_;
      if (times > 0 && !failed_) out += one;
      // Each repetition is drawn anew.
      for (std::size_t i = 1; i < times && !failed_; ++i) {
        at_ = from;
        out += atom(depth);
        if (at_ != after_atom || out.size() > 10'000) failed_ = true;
      }
      at_ = after;
    }
    return out;
  }

  std::string atom(int depth) {
    const char c = pattern_[at_++];
    switch (c) {
      case '^':
        if (at_ != 1 && pattern_[at_ - 2] != '(' && pattern_[at_ - 2] != '|') failed_ = true;
        return {};
      case '$':
        if (!ends() && pattern_[at_] != ')' && pattern_[at_] != '|') failed_ = true;
        return {};
      case '.':
        return letter();
      case '[':
        return one_of_class();
      case '(': {
        if (pattern_.substr(at_).starts_with("?:")) at_ += 2;
        if (!ends() && pattern_[at_] == '?') failed_ = true;
        if (failed_) return {};
        std::string out = alternatives(depth + 1);
        if (ends() || pattern_[at_] != ')') failed_ = true;
        ++at_;
        return out;
      }
      case '\\':
        return escaped();
      case '*':
      case '+':
      case '?':
      case '{':
        failed_ = true;
        return {};
      default:
        return std::string(1, c);
    }
  }

  std::string letter() { return std::string(1, static_cast<char>('a' + chance_.below(26))); }
  std::string digit() { return std::string(1, static_cast<char>('0' + chance_.below(10))); }

  std::string escaped() {
    if (ends()) {
      failed_ = true;
      return {};
    }
    const char c = pattern_[at_++];
    if (c == 'd') return digit();
    if (c == 'w') return letter();
    if (c == 's') return " ";
    if (c == 'D' || c == 'S') return letter();
    if (c == 'W') return "-";
    if (c == 'n') return "\n";
    if (c == 't') return "\t";
    if (std::isalnum(static_cast<unsigned char>(c))) failed_ = true;  // \b, \1, \p{…}
    return std::string(1, c);
  }

  std::string one_of_class() {
    const bool negated = !ends() && pattern_[at_] == '^';
    if (negated) ++at_;
    std::string members;
    bool first = true;
    while (!ends() && (pattern_[at_] != ']' || first)) {
      first = false;
      char low = pattern_[at_++];
      if (low == '\\') {
        if (ends()) break;
        const char kind = pattern_[at_++];
        if (kind == 'd')
          members += "0123456789";
        else if (kind == 'w')
          members += "abcdefghijklmnopqrstuvwxyz0123456789_";
        else if (kind == 's')
          members += ' ';
        else if (std::isalnum(static_cast<unsigned char>(kind)))
          failed_ = true;
        else
          members += kind;
        continue;
      }
      if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
        const char high = pattern_[at_ + 1];
        at_ += 2;
        if (high < low || low < 0 || high == '\\') failed_ = true;
        for (int c = low; c <= high && !failed_; ++c) members += static_cast<char>(c);
      } else {
        if (static_cast<unsigned char>(low) >= 0x80) failed_ = true;
        members += low;
      }
    }
    if (ends()) {
      failed_ = true;
      return {};
    }
    ++at_;
    if (!negated) {
      if (members.empty()) failed_ = true;
      return failed_ ? std::string() : std::string(1, members[chance_.below(members.size())]);
    }
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789 -_.")) {
      if (members.find(c) == std::string::npos) return std::string(1, c);
    }
    failed_ = true;
    return {};
  }

  std::size_t count() {
    std::size_t value = 0;
    if (ends() || !std::isdigit(static_cast<unsigned char>(pattern_[at_]))) failed_ = true;
    while (!ends() && std::isdigit(static_cast<unsigned char>(pattern_[at_])) &&
           value <= kRepeatMax) {
      value = value * 10 + static_cast<std::size_t>(pattern_[at_++] - '0');
    }
    if (value > kRepeatMax) failed_ = true;
    return value;
  }

  // How often the atom before is to be written.
  std::size_t quantifier() {
    if (ends() || failed_) return 1;
    std::size_t times = 1;
    switch (pattern_[at_]) {
      case '*':
        ++at_;
        times = 3;
        break;
      case '+':
        ++at_;
        times = 3;
        break;
      case '?':
        ++at_;
        times = chance_.below(2);
        break;
      case '{': {
        ++at_;
        const std::size_t low = count();
        std::size_t high = low;
        if (!ends() && pattern_[at_] == ',') {
          ++at_;
          high = !ends() && pattern_[at_] == '}' ? low + 2 : count();
        }
        if (ends() || pattern_[at_] != '}' || high < low) failed_ = true;
        ++at_;
        times = failed_ ? 0 : low + chance_.below(std::min<std::size_t>(high - low, 6) + 1);
        break;
      }
      default:
        return 1;
    }
    if (!ends() && pattern_[at_] == '?') ++at_;  // Lazy: the same texts.
    if (!ends() && (pattern_[at_] == '+' || pattern_[at_] == '*')) failed_ = true;
    return times;
  }

  std::string_view pattern_;
  Chance& chance_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> text_for_pattern(std::string_view pattern, Chance& chance) {
  return Generator(pattern, chance).run();
}

}  // namespace tactus::llm::mock
