// Splits Lua 5.4 source into tokens with their places. It never fails: what Lua would refuse
// becomes tokens too, so that places can be found in files with errors. Pure. Uses: base.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::program {

enum class TokenKind : std::uint8_t { kName, kKeyword, kString, kNumber, kSymbol, kEnd };

// A piece of the source. Lines count from 1; offsets are bytes.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t begin = 0, end = 0;
  int line = 0;      // Of the first byte.
  int end_line = 0;  // Of the last byte; differs in long strings.
};

// The tokens of `source` without comments and blanks. The last one is always kEnd.
std::vector<Token> tokenize(std::string_view source);

inline std::string_view token_text(std::string_view source, const Token& token) {
  return source.substr(token.begin, token.end - token.begin);
}

// The text that a string token stands for, if it has no escapes; nothing for other tokens.
std::optional<std::string> plain_string_value(std::string_view source, const Token& token);

// Column (from 1, in characters) of the byte at `offset`.
int column_of(std::string_view source, std::size_t offset);

}  // namespace tactus::program
