// Just enough English for the demo model: what a prompt is about, what it limits, which values it
// mentions. Pure. Uses: nothing of ours.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::llm::mock {

// How long an answer may be, as far as the prompt says so.
struct Limits {
  std::optional<std::size_t> sentences, words, lines, paragraphs,
      items;           // At least 1, at most 200 (words: 2000).
  bool bare = false;   // "answer only with …": nothing around the answer.
  bool brief = false;  // "short", "brief", "concise".
  bool any() const { return sentences || words || lines || paragraphs || items; }
};
Limits find_limits(std::string_view text);

// Words of `text` as written, without punctuation around them.
std::vector<std::string> words_of(std::string_view text);
std::size_t count_words(std::string_view text);  // Runs of non-blanks.

// Whether one of `words` occurs in `text` as a word or phrase, in any case.
bool mentions(std::string_view text, std::string_view word);
bool mentions_any(std::string_view text, std::initializer_list<std::string_view> words);

// Distinct words that carry meaning, in order, lower case unless written as a name; at most 12.
std::vector<std::string> keywords(std::string_view text);

// A noun phrase for what `text` is about, in its own words ("a lighthouse keeper"); empty when it
// says nothing.
std::string subject(std::string_view text);

std::vector<std::string> quoted(std::string_view text);  // Contents of "…", '…', “…”, `…`.
std::vector<double> numbers(
    std::string_view text);  // In order; without those that limit the length.
std::vector<std::string> proper_names(
    std::string_view text);  // Capitalised words inside a sentence, runs joined.

// The value that `text` gives to `name` ("width is 3", "city: Paris", "unit = cm"), else empty.
std::string mention(std::string_view text, std::string_view name);

// Sentences of prose, trimmed, without headings, list marks and code.
std::vector<std::string> sentences(std::string_view text);

// The text a prompt hands over to be worked on: after a colon, a blank line, or quoted; empty if
// there is none of 40 or more bytes.
std::string material(std::string_view text);

std::string capitalised(std::string_view text);  // First letter upper case.
std::string title_case(std::string_view text);
std::string slug(std::string_view text);  // "a-quiet-harbour", at most 40 bytes, never empty.

}  // namespace tactus::llm::mock
