#include <algorithm>
#include <array>

#include <tactus/base/utf8.hpp>
#include <tactus/program/lexer.hpp>

namespace tactus::program {
namespace {

constexpr std::array<std::string_view, 22> kKeywords = {
    "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while"};

// Longest first, so that the first match is the right one.
constexpr std::array<std::string_view, 10> kLongSymbols = {
    "...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<Token> run() {
    skip_first_line_mark();
    for (;;) {
      skip_blanks_and_comments();
      Token token;
      token.begin = position_;
      token.line = line_;
      token.kind = read();
      token.end = position_;
      token.end_line = line_;
      tokens_.push_back(token);
      if (token.kind == TokenKind::kEnd) return std::move(tokens_);
    }
  }

 private:
  char at(std::size_t ahead = 0) const {
    return position_ + ahead < source_.size() ? source_[position_ + ahead] : '\0';
  }
  bool done() const { return position_ >= source_.size(); }
  void advance() {
    if (source_[position_] == '\n') ++line_;
    ++position_;
  }
  void skip_line() {
    while (!done() && at() != '\n') ++position_;
  }

  // A byte order mark and a first line starting with '#' belong to the file, not to the program.
  void skip_first_line_mark() {
    if (source_.starts_with("\xEF\xBB\xBF")) position_ = 3;
    if (at() == '#') skip_line();
  }

  void skip_blanks_and_comments() {
    while (!done()) {
      const char c = at();
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        advance();
      } else if (c == '-' && at(1) == '-') {
        position_ += 2;
        if (!read_long_bracket()) skip_line();
      } else {
        return;
      }
    }
  }

  // Consumes `[==[ … ]==]` if one begins here. An unfinished one reaches to the end.
  bool read_long_bracket() {
    if (at() != '[') return false;
    std::size_t level = 0;
    while (at(1 + level) == '=') ++level;
    if (at(1 + level) != '[') return false;
    const std::string close = "]" + std::string(level, '=') + "]";
    const std::size_t found = source_.find(close, position_ + level + 2);
    const std::size_t end = found == std::string_view::npos ? source_.size() : found + close.size();
    while (position_ < end) advance();
    return true;
  }

  TokenKind read() {
    if (done()) return TokenKind::kEnd;
    const char c = at();
    if (is_name_start(c)) return read_name();
    if (is_digit(c) || (c == '.' && is_digit(at(1)))) return read_number();
    if (c == '"' || c == '\'') return read_quoted();
    if (read_long_bracket()) return TokenKind::kString;
    return read_symbol();
  }

  TokenKind read_name() {
    const std::size_t begin = position_;
    while (is_name_char(at())) ++position_;
    const std::string_view word = source_.substr(begin, position_ - begin);
    const bool keyword = std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
    return keyword ? TokenKind::kKeyword : TokenKind::kName;
  }

  TokenKind read_number() {
    const bool hex = at() == '0' && (at(1) == 'x' || at(1) == 'X');
    while (is_name_char(at()) || at() == '.') {
      const char lower = static_cast<char>(at() | 0x20);
      const bool exponent = lower == (hex ? 'p' : 'e');
      ++position_;
      if (exponent && (at() == '+' || at() == '-')) ++position_;
    }
    return TokenKind::kNumber;
  }

  TokenKind read_quoted() {
    const char quote = at();
    ++position_;
    while (!done() && at() != quote && at() != '\n') {
      if (at() == '\\' && position_ + 1 < source_.size()) {
        skip_escape();
      } else {
        ++position_;
      }
    }
    if (at() == quote && !done()) ++position_;
    return TokenKind::kString;
  }

  void skip_escape() {
    ++position_;
    if (at() == 'z') {  // `\z` swallows the blanks that follow, line ends included.
      ++position_;
      while (!done() && (at() == ' ' || (at() >= '\t' && at() <= '\r'))) advance();
    } else if (at() == '\r' && at(1) == '\n') {
      ++position_;
      advance();
    } else {
      advance();
    }
  }

  TokenKind read_symbol() {
    for (const std::string_view symbol : kLongSymbols) {
      if (source_.substr(position_).starts_with(symbol)) {
        position_ += symbol.size();
        return TokenKind::kSymbol;
      }
    }
    // A character outside ASCII is one token, not one per byte.
    ++position_;
    while (!done() && (static_cast<unsigned char>(at()) & 0xC0) == 0x80) ++position_;
    return TokenKind::kSymbol;
  }

  std::string_view source_;
  std::size_t position_ = 0;
  int line_ = 1;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) { return Lexer(source).run(); }

std::optional<std::string> plain_string_value(std::string_view source, const Token& token) {
  if (token.kind != TokenKind::kString) return std::nullopt;
  std::string_view text = token_text(source, token);
  if (text.front() == '[') {
    const std::size_t open = text.find('[', 1) + 1;
    const std::string close = "]" + std::string(open - 2, '=') + "]";
    if (text.size() < 2 * open || !text.ends_with(close)) return std::nullopt;
    text = text.substr(open, text.size() - 2 * open);
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    if (text.starts_with('\n')) text.remove_prefix(1);
    return std::string(text);
  }
  if (text.size() < 2 || text.back() != text.front()) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  return std::string(text);
}

int column_of(std::string_view source, std::size_t offset) {
  offset = std::min(offset, source.size());
  const std::size_t before = offset == 0 ? std::string_view::npos : source.rfind('\n', offset - 1);
  const std::size_t line_begin = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = source.substr(line_begin, offset - line_begin);
  if (line_begin == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  return static_cast<int>(utf8_length(line)) + 1;
}

}  // namespace tactus::program
