#include <charconv>

#include <tactus/base/utf8.hpp>
#include <tactus/partial/json_scanner.hpp>

namespace tactus::partial {
namespace {

constexpr std::size_t kDepthMax = 200;  // As parse_json.
// A text of so many digits is always a 64-bit integer.
constexpr std::size_t kPlainDigitsMax = 18;

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void append_utf8(std::string& out, unsigned point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
    return;
  }
  const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static constexpr unsigned kLeads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLeads[more] | point >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (point >> (6 * i) & 0x3F));
}

// What the letter after a backslash stands for; 0 if it is none of these.
char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

// The longest beginning that is whole characters; `text` is not valid as a whole.
std::string_view valid_beginning(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size()) {
    const auto lead = static_cast<unsigned char>(text[end]);
    const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (!is_valid_utf8(text.substr(end, length))) break;
    end += length;
  }
  return text.substr(0, end);
}

std::optional<Json> number_value(const std::string& digits) {
  const bool plain = digits.size() <= kPlainDigitsMax && digits.front() != '-' &&
                     digits.find_first_not_of("0123456789") == std::string::npos;
  if (plain) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return Json(value);
  }
  auto parsed = parse_json(digits);
  if (!parsed) return std::nullopt;
  return std::move(*parsed);
}

}  // namespace

std::size_t JsonScanner::push(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ == State::kRunning) {
    const std::string_view rest = bytes.substr(used);
    std::size_t taken = 0;
    if (expect_ == Expect::kString) {
      taken = cut_.empty() ? take_text(rest) : take_cut_character(rest);
    }
    if (taken == 0 && state_ == State::kRunning) {
      const bool in_number = expect_ == Expect::kNumber;
      if (step(rest.front())) {
        taken = 1;
      } else if (in_number && expect_ != Expect::kNumber) {
        continue;  // The byte after a number belongs to what follows.
      } else if (state_ == State::kComplete || state_ == State::kStopped) {
        taken = 1;  // The byte that closes the document, or after which no more is wanted.
      }
    }
    used += taken;
    position_ += taken;
  }
  return used;
}

void JsonScanner::finish() {
  if (state_ == State::kRunning && expect_ == Expect::kNumber && open_.empty()) end_number();
}

bool JsonScanner::fail(std::string what) { return fail_at(position_, std::move(what)); }

bool JsonScanner::fail_at(std::size_t position, std::string what) {
  state_ = State::kFailed;
  error_ = fmt::format("{} at byte {}", std::move(what), position);
  return false;
}

bool JsonScanner::settle(bool go_on) {
  if (!go_on && state_ == State::kRunning) state_ = State::kStopped;
  return go_on;
}

bool JsonScanner::step(char c) {
  switch (expect_) {
    case Expect::kString:
      if (c == '"') return string_end();
      if (c == '\\') {
        expect_ = Expect::kEscape;
        return true;
      }
      return fail("a control character in a string");
    case Expect::kEscape:
      return escape(c);
    case Expect::kUnicode:
      return unicode(c);
    case Expect::kLowSurrogate:
      if (c != '\\') return fail("expected the second half of a character");
      expect_ = Expect::kLowEscape;
      return true;
    case Expect::kLowEscape:
      if (c != 'u') return fail("expected the second half of a character");
      expect_ = Expect::kUnicode;
      hex_digits_ = 0;
      return true;
    case Expect::kLiteral:
      return literal(c);
    case Expect::kNumber:
      return number(c);
    default:
      return is_blank(c) || structural(c);
  }
}

bool JsonScanner::structural(char c) {
  switch (expect_) {
    case Expect::kValueOrEnd:
      if (c == ']') return close(Kind::kArray);
      return begin_value(c);
    case Expect::kKeyOrEnd:
      if (c == '}') return close(Kind::kObject);
      [[fallthrough]];
    case Expect::kKey:
      if (c != '"') return fail("expected a member's name");
      in_key_ = true;
      key_.clear();
      expect_ = Expect::kString;
      return true;
    case Expect::kColon:
      if (c != ':') return fail("expected ':'");
      expect_ = Expect::kValue;
      return true;
    case Expect::kCommaOrEnd: {
      const Kind kind = open_.back();
      if (c == (kind == Kind::kArray ? ']' : '}')) return close(kind);
      if (c != ',') {
        return fail(kind == Kind::kArray ? "expected ',' or ']'" : "expected ',' or '}'");
      }
      expect_ = kind == Kind::kArray ? Expect::kValue : Expect::kKey;
      return true;
    }
    default:
      return begin_value(c);
  }
}

bool JsonScanner::begin_value(char c) {
  switch (c) {
    case '{':
      return open(Kind::kObject, Expect::kKeyOrEnd);
    case '[':
      return open(Kind::kArray, Expect::kValueOrEnd);
    case '"':
      in_key_ = false;
      expect_ = Expect::kString;
      return settle(events_.begin(Kind::kString));
    case 't':
    case 'f':
    case 'n':
      literal_ = c == 't' ? "true" : c == 'f' ? "false" : "null";
      literal_done_ = 1;
      expect_ = Expect::kLiteral;
      return settle(events_.begin(c == 'n' ? Kind::kNull : Kind::kBoolean));
    default:
      break;
  }
  if (c != '-' && !is_digit(c)) return fail("expected a value");
  number_ = c;
  digits_ = c == '-' ? Digits::kMinus : c == '0' ? Digits::kZero : Digits::kWhole;
  expect_ = Expect::kNumber;
  return settle(events_.begin(Kind::kNumber));
}

bool JsonScanner::open(Kind kind, Expect next) {
  if (open_.size() == kDepthMax) return fail("nested too deeply");
  open_.push_back(kind);
  expect_ = next;
  return settle(events_.begin(kind));
}

bool JsonScanner::close(Kind kind) {
  TACTUS_ASSERT(!open_.empty() && open_.back() == kind);
  open_.pop_back();
  return settle(events_.end()) && after_value();
}

// False when that was the document, so that nothing more is taken.
bool JsonScanner::after_value() {
  expect_ = Expect::kCommaOrEnd;
  if (!open_.empty()) return true;
  state_ = State::kComplete;
  return false;
}

bool JsonScanner::string_end() {
  if (!in_key_) return settle(events_.end()) && after_value();
  expect_ = Expect::kColon;
  return settle(events_.key(key_));
}

bool JsonScanner::emit(std::string_view piece) {
  if (in_key_) {
    key_ += piece;
    return true;
  }
  return settle(events_.text(piece));
}

// Text up to the next quote, backslash or control character. Returns how much was used; 0 when one
// of these comes first.
std::size_t JsonScanner::take_text(std::string_view bytes) {
  std::size_t length = 0;
  bool ascii = true;
  for (; length < bytes.size(); ++length) {
    const auto byte = static_cast<unsigned char>(bytes[length]);
    if (byte == '"' || byte == '\\' || byte < 0x20) break;
    ascii = ascii && byte < 0x80;
  }
  if (length == 0) return 0;
  std::string_view piece = bytes.substr(0, length);
  if (!ascii) {
    if (length == bytes.size()) {
      piece = piece.substr(0, complete_utf8_length(piece));
      cut_ = bytes.substr(piece.size(), length - piece.size());
    }
    if (!is_valid_utf8(piece)) {
      // What stands before it counts, as it would have if it had come alone.
      const std::string_view good = valid_beginning(piece);
      if (good.empty() || emit(good)) fail_at(position_ + good.size(), "a broken character");
      return good.size();
    }
  }
  if (!piece.empty()) emit(piece);
  return length;
}

// Goes on with a character whose beginning came before.
std::size_t JsonScanner::take_cut_character(std::string_view bytes) {
  const std::size_t begins_at = position_ - cut_.size();
  std::size_t used = 0;
  while (used < bytes.size() && complete_utf8_length(cut_) < cut_.size()) {
    if ((static_cast<unsigned char>(bytes[used]) & 0xC0) != 0x80) {
      fail_at(begins_at, "a broken character");
      return 0;
    }
    cut_ += bytes[used++];
  }
  if (complete_utf8_length(cut_) < cut_.size()) return used;
  if (!is_valid_utf8(cut_)) {
    fail_at(begins_at, "a broken character");
    return 0;
  }
  const std::string character = std::move(cut_);
  cut_.clear();
  emit(character);
  return used;
}

bool JsonScanner::escape(char c) {
  if (c == 'u') {
    expect_ = Expect::kUnicode;
    hex_digits_ = 0;
    return true;
  }
  const char meant = simple_escape(c);
  if (meant == 0) return fail("an unknown escape");
  expect_ = Expect::kString;
  return emit({&meant, 1});
}

bool JsonScanner::unicode(char c) {
  const int digit = hex_value(c);
  if (digit < 0) return fail("expected a hexadecimal digit");
  code_unit_ = (hex_digits_ == 0 ? 0 : code_unit_ << 4) | static_cast<unsigned>(digit);
  if (++hex_digits_ < 4) return true;
  const bool high = code_unit_ >= 0xD800 && code_unit_ < 0xDC00;
  const bool low = code_unit_ >= 0xDC00 && code_unit_ < 0xE000;
  if (low != (high_surrogate_ != 0)) return fail("half a character");
  if (high) {
    high_surrogate_ = code_unit_;
    expect_ = Expect::kLowSurrogate;
    return true;
  }
  const unsigned point =
      low ? 0x10000 + ((high_surrogate_ - 0xD800) << 10) + (code_unit_ - 0xDC00) : code_unit_;
  high_surrogate_ = 0;
  expect_ = Expect::kString;
  std::string character;
  append_utf8(character, point);
  return emit(character);
}

bool JsonScanner::literal(char c) {
  if (c != literal_[literal_done_]) return fail(fmt::format("expected '{}'", literal_));
  if (++literal_done_ < literal_.size()) return true;
  Json value;
  if (literal_ != "null") value = literal_ == "true";
  return settle(events_.scalar(std::move(value))) && after_value();
}

// False with `expect_` changed: the number ended before `c`.
bool JsonScanner::number(char c) {
  const auto take = [&](Digits part) {
    digits_ = part;
    number_ += c;
    return true;
  };
  const bool fraction_may_follow = digits_ == Digits::kZero || digits_ == Digits::kWhole;
  if (is_digit(c)) {
    switch (digits_) {
      case Digits::kMinus:
        return take(c == '0' ? Digits::kZero : Digits::kWhole);
      case Digits::kZero:
        return fail("a number with a leading zero");
      case Digits::kPoint:
        return take(Digits::kFraction);
      case Digits::kE:
      case Digits::kSign:
        return take(Digits::kExponent);
      default:
        return take(digits_);
    }
  }
  if (c == '.' && fraction_may_follow) return take(Digits::kPoint);
  if ((c == 'e' || c == 'E') && (fraction_may_follow || digits_ == Digits::kFraction))
    return take(Digits::kE);
  if ((c == '+' || c == '-') && digits_ == Digits::kE) return take(Digits::kSign);
  end_number();
  return false;
}

bool JsonScanner::end_number() {
  const bool whole = digits_ == Digits::kZero || digits_ == Digits::kWhole ||
                     digits_ == Digits::kFraction || digits_ == Digits::kExponent;
  if (!whole) return fail("expected a digit");
  std::optional<Json> value = number_value(number_);
  if (!value) return fail("a number out of range");
  expect_ = Expect::kCommaOrEnd;
  return settle(events_.scalar(std::move(*value))) && after_value();
}

}  // namespace tactus::partial
