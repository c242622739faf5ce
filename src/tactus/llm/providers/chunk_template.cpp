#include <cstring>

#include <tactus/llm/providers/chunk_template.hpp>

namespace tactus::llm {
namespace {

// Position of the first `"`, `\` or control character at or after `from`; npos if none.
std::size_t find_special(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == '"' || byte == '\\') return i;
  }
  return std::string_view::npos;
}

// The character that `\c` stands for; 0 for \u, which needs more than this.
char simple_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return 0;
  }
}

// Position of the quote that ends the literal whose text starts at `from`; npos if there is none.
std::size_t literal_end(std::string_view text, std::size_t from) {
  for (std::size_t at = find_special(text, from); at < text.size(); at = find_special(text, at)) {
    if (text[at] == '"') return at;
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::string_view::npos;
}

}  // namespace

void ChunkTemplate::learn(std::string_view chunk, std::string_view key) {
  before_.clear();
  after_.clear();
  std::string needle = "\"";
  needle += key;
  needle += "\":";
  const std::size_t found = chunk.find(needle);
  if (found == std::string_view::npos || found == 0 || chunk[found - 1] == '\\' ||
      chunk.find(needle, found + 1) != std::string_view::npos) {
    return;
  }
  std::size_t quote = found + needle.size();
  while (quote < chunk.size() && chunk[quote] == ' ') ++quote;
  if (quote >= chunk.size() || chunk[quote] != '"') return;
  const std::size_t end = literal_end(chunk, quote + 1);
  if (end == std::string_view::npos) return;
  before_.assign(chunk.substr(0, quote + 1));
  after_.assign(chunk.substr(end));
}

std::optional<std::string_view> ChunkTemplate::match(std::string_view chunk) {
  const std::size_t around = before_.size() + after_.size();
  if (before_.empty() || chunk.size() < around) return std::nullopt;
  if (std::memcmp(chunk.data(), before_.data(), before_.size()) != 0 || !chunk.ends_with(after_)) {
    return std::nullopt;
  }
  const std::string_view literal = chunk.substr(before_.size(), chunk.size() - around);
  std::size_t special = find_special(literal, 0);
  if (special == std::string_view::npos) return literal;
  unescaped_.clear();
  std::size_t plain_from = 0;
  while (special != std::string_view::npos) {
    if (literal[special] != '\\' || special + 1 == literal.size()) return std::nullopt;
    const char c = simple_escape(literal[special + 1]);
    if (c == 0) return std::nullopt;
    unescaped_.append(literal, plain_from, special - plain_from);
    unescaped_ += c;
    plain_from = special + 2;
    special = find_special(literal, plain_from);
  }
  unescaped_.append(literal, plain_from);
  return unescaped_;
}

}  // namespace tactus::llm
