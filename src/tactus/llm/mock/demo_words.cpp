// Words, names, numbers and quotations of a prompt.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_language.hpp>

namespace tactus::llm::mock {
namespace {

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || byte >= 0x80 || c == '_';
}
// Bytes of the word character at `at`; 0 for blanks and punctuation, typographic quotes and dashes
// included.
std::size_t word_bytes(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return is_word_byte(text[at]) ? 1 : 0;
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("\xE2\x80") || rest.starts_with("\xC2\xAB") || rest.starts_with("\xC2\xBB"))
    return 0;
  const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
  return std::min(length, rest.size());
}
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// Words that say how to answer or hold a sentence together, not what it is about. Sorted.
constexpr std::array kStopWords = std::to_array<std::string_view>(
    {"a",           "about",      "above",     "after",     "again",     "all",     "also",
     "an",          "and",        "answer",    "any",       "are",       "as",      "ask",
     "assistant",   "at",         "be",        "because",   "been",      "before",  "between",
     "both",        "brief",      "briefly",   "bullet",    "bullets",   "but",     "by",
     "call",        "called",     "can",       "clear",     "compare",   "concise", "could",
     "create",      "creative",   "describe",  "did",       "do",        "does",    "doing",
     "don't",       "done",       "each",      "engaging",  "every",     "exactly", "explain",
     "few",         "find",       "first",     "five",      "following", "for",     "four",
     "friendly",    "from",       "generate",  "get",       "give",      "go",      "good",
     "great",       "had",        "haiku",     "has",       "have",      "hello",   "help",
     "helpful",     "her",        "here",      "hi",        "him",       "his",     "how",
     "i",           "i'm",        "idea",      "ideas",     "if",        "imagine", "in",
     "interesting", "into",       "is",        "it",        "it's",      "its",     "just",
     "let",         "like",       "line",      "lines",     "list",      "long",    "make",
     "many",        "me",         "more",      "most",      "much",      "must",    "my",
     "name",        "new",        "no",        "not",       "now",       "of",      "on",
     "one",         "only",       "or",        "other",     "our",       "out",     "over",
     "paragraph",   "paragraphs", "plan",      "please",    "poem",      "point",   "points",
     "provide",     "question",   "reader",    "reply",     "respond",   "same",    "say",
     "sentence",    "sentences",  "she",       "short",     "should",    "show",    "simple",
     "six",         "so",         "some",      "something", "steps",     "stories", "story",
     "storyteller", "such",       "summarise", "summarize", "summary",   "table",   "tell",
     "ten",         "than",       "that",      "that's",    "the",       "their",   "them",
     "then",        "there",      "these",     "they",      "this",      "those",   "three",
     "tip",         "tips",       "to",        "tool",      "tools",     "topic",   "two",
     "up",          "us",         "use",       "using",     "very",      "want",    "was",
     "we",          "well",       "were",      "what",      "what's",    "when",    "where",
     "which",       "who",        "why",       "will",      "with",      "word",    "words",
     "would",       "write",      "writer",    "you",       "your"});
static_assert(std::is_sorted(kStopWords.begin(), kStopWords.end()));

constexpr std::array kLengthUnits = std::to_array<std::string_view>(
    {"sentence", "sentences", "word", "words", "line", "lines", "paragraph", "paragraphs", "bullet",
     "bullets", "short", "brief", "bullet-point", "points"});

bool is_stop_word(std::string_view lower) {
  return std::binary_search(kStopWords.begin(), kStopWords.end(), lower);
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t from = i;
    while (i < text.size()) {
      std::size_t length = word_bytes(text, i);
      const bool joint = (text[i] == '-' || text[i] == '\'') && i > from && i + 1 < text.size() &&
                         word_bytes(text, i + 1) > 0;
      if (joint) length = 1;
      if (length == 0) break;
      i += length;
    }
    if (i > from) out.emplace_back(text.substr(from, i - from));
    // Past what ended the word: a byte of a quote is no word by itself.
    if (i < text.size())
      i += static_cast<unsigned char>(text[i]) >= 0xE0   ? std::min<std::size_t>(3, text.size() - i)
           : static_cast<unsigned char>(text[i]) >= 0x80 ? std::min<std::size_t>(2, text.size() - i)
                                                         : 1;
  }
  return out;
}

std::size_t count_words(std::string_view text) {
  std::size_t count = 0;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank && !inside) ++count;
    inside = !blank;
  }
  return count;
}

bool mentions(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  if (word.empty()) return false;
  auto at = text.begin();
  while (true) {
    at = std::search(at, text.end(), word.begin(), word.end(), same);
    if (at == text.end()) return false;
    const auto end = at + static_cast<std::ptrdiff_t>(word.size());
    const bool starts =
        at == text.begin() || !is_word_byte(*(at - 1)) || !is_word_byte(word.front());
    const bool ends = end == text.end() || !is_word_byte(*end) || !is_word_byte(word.back());
    if (starts && ends) return true;
    ++at;
  }
}

bool mentions_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return mentions(text, word); });
}

std::vector<std::string> keywords(std::string_view text) {
  std::vector<std::string> out;
  for (std::string& word : words_of(text)) {
    const std::string lower = to_lower(word);
    const bool number = std::isdigit(static_cast<unsigned char>(lower.front())) != 0;
    const bool length = std::any_of(kLengthUnits.begin(), kLengthUnits.end(), [&](auto unit) {
      return lower.ends_with("-" + std::string(unit));
    });
    if (lower.size() < 3 || lower.size() > 40 || number || length || is_stop_word(lower)) continue;
    const bool known = std::any_of(out.begin(), out.end(),
                                   [&](const auto& have) { return to_lower(have) == lower; });
    if (known) continue;
    const bool acronym = word.size() > 1 && is_upper(word[1]);
    const bool starts_sentence =
        text.find(word) == 0 || text.find(". " + word) != std::string_view::npos;
    out.push_back(is_upper(word[0]) && (acronym || !starts_sentence) ? word : lower);
    if (out.size() == 12) break;
  }
  return out;
}

std::vector<std::string> quoted(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPairs{
      {{"\"", "\""}, {"“", "”"}, {"`", "`"}, {"«", "»"}, {"'", "'"}}};
  std::vector<std::string> out;
  for (const auto& [open, close] : kPairs) {
    std::size_t at = 0;
    while ((at = text.find(open, at)) != std::string_view::npos) {
      // An apostrophe inside a word opens nothing.
      if (open == "'" && at > 0 && is_word_byte(text[at - 1])) {
        ++at;
        continue;
      }
      const std::size_t from = at + open.size();
      const std::size_t end = text.find(close, from);
      if (end == std::string_view::npos) break;
      if (end > from && end - from <= 400) out.emplace_back(text.substr(from, end - from));
      at = end + close.size();
    }
  }
  return out;
}

std::vector<double> numbers(std::string_view text) {
  std::vector<double> out;
  for (std::size_t i = 0; i < text.size();) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    const bool by_digit = i > 1 && (text[i - 1] == 'x' || text[i - 1] == '*') &&
                          std::isdigit(static_cast<unsigned char>(text[i - 2]));
    if (!digit || (i > 0 && (is_word_byte(text[i - 1]) || text[i - 1] == '.') && !by_digit)) {
      ++i;
      continue;
    }
    const bool negative =
        i > 0 && text[i - 1] == '-' &&
        (i == 1 || text[i - 2] == ' ' || text[i - 2] == '(' || text[i - 2] == '=');
    std::string digits;
    std::size_t end = i;
    for (; end < text.size(); ++end) {
      const char c = text[end];
      const auto digit_at = [&](std::size_t at) {
        return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
      };
      if (digit_at(end) ||
          (c == '.' && digit_at(end + 1) && digits.find('.') == std::string::npos)) {
        digits += c;
      } else if (!(c == ',' && digit_at(end + 1) && digit_at(end + 2) && digit_at(end + 3) &&
                   !digit_at(end + 4))) {
        break;
      }
    }
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const std::vector<std::string> next = words_of(text.substr(end, 24));
    const bool length = !next.empty() && std::find(kLengthUnits.begin(), kLengthUnits.end(),
                                                   to_lower(next.front())) != kLengthUnits.end();
    if (!length) out.push_back(negative ? -value : value);
    i = end;
  }
  return out;
}

std::vector<std::string> proper_names(std::string_view text) {
  std::vector<std::string> out;
  bool sentence_start = true;
  bool joined = false;  // The previous word was a name and only one blank lies between.
  for (std::size_t i = 0; i < text.size();) {
    if (!is_word_byte(text[i])) {
      if (text[i] != ' ') joined = false;
      if (text[i] == '.' || text[i] == '!' || text[i] == '?' || text[i] == '\n' || text[i] == ':') {
        sentence_start = true;
      }
      ++i;
      continue;
    }
    const std::size_t from = i;
    while (i < text.size() && (is_word_byte(text[i]) || (text[i] == '-' && i + 1 < text.size() &&
                                                         is_word_byte(text[i + 1])))) {
      ++i;
    }
    const std::string_view word = text.substr(from, i - from);
    const bool name = is_upper(word[0]) && !sentence_start && word != "I";
    if (name && joined) {
      out.back() += ' ';
      out.back() += word;
    } else if (name) {
      out.emplace_back(word);
    }
    joined = name;
    sentence_start = false;
  }
  return out;
}

std::string mention(std::string_view text, std::string_view name) {
  std::string spoken(name);
  std::replace(spoken.begin(), spoken.end(), '_', ' ');
  const std::string lower_text = to_lower(text);
  for (const std::string& wanted : {std::string(name), spoken}) {
    const std::string key = to_lower(wanted);
    for (std::size_t at = lower_text.find(key); at != std::string::npos && !key.empty();
         at = lower_text.find(key, at + 1)) {
      std::size_t end = at + key.size();
      if ((at > 0 && is_word_byte(lower_text[at - 1])) ||
          (end < text.size() && is_word_byte(text[end]))) {
        continue;
      }
      while (end < text.size() && (text[end] == ' ' || text[end] == '"' || text[end] == '*')) ++end;
      const std::string_view rest = text.substr(end);
      std::size_t skip = 0;
      for (const std::string_view link : {"=", ":", "is ", "are ", "should be ", "to be "}) {
        if (rest.starts_with(link)) skip = link.size();
      }
      const bool bare_number =
          !rest.empty() && key.size() > 1 && std::isdigit(static_cast<unsigned char>(rest.front()));
      if (skip == 0 && !bare_number) continue;
      const std::string_view value = trim(rest.substr(skip));
      if (value.empty()) continue;
      if (value.front() == '"' || value.front() == '\'' || value.front() == '`') {
        const std::size_t close = value.find(value.front(), 1);
        if (close != std::string_view::npos) return std::string(value.substr(1, close - 1));
      }
      const std::size_t stop = value.find_first_of(",;\n!?)}");
      std::string found(trim(value.substr(0, stop)));
      if (const std::size_t dot = found.find(". "); dot != std::string::npos) found.resize(dot);
      if (found.ends_with('.')) found.pop_back();
      for (const std::string_view link : {" and ", " with ", " for ", " then ", " but "}) {
        if (const std::size_t cut = found.find(link); cut != std::string::npos) found.resize(cut);
      }
      if (!found.empty() && found.size() <= 80) return found;
    }
  }
  return {};
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

std::string title_case(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(text)) {
    const std::string lower = to_lower(word);
    const bool small = !out.empty() && (lower == "a" || lower == "an" || lower == "the" ||
                                        lower == "of" || lower == "and" || lower == "to" ||
                                        lower == "in" || lower == "for" || lower == "who");
    if (!out.empty()) out += ' ';
    out += small ? word : capitalised(word);
  }
  return out;
}

std::string slug(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(to_lower(text))) {
    std::string plain;
    for (const char c : word) {
      if (static_cast<unsigned char>(c) < 0x80 && c != '\'') plain += c;
    }
    if (plain.empty() || out.size() + plain.size() >= 40) continue;
    if (!out.empty()) out += '-';
    out += plain;
  }
  std::replace(out.begin(), out.end(), '_', '-');
  return out.empty() ? "sample" : out;
}

}  // namespace tactus::llm::mock
