// Limits, subjects, sentences and handed-over material of a prompt.
#include <algorithm>
#include <array>
#include <cctype>

#include <tactus/base/text.hpp>
#include <tactus/base/utf8.hpp>
#include <tactus/llm/mock/demo_language.hpp>

namespace tactus::llm::mock {
namespace {

std::optional<std::size_t> as_count(std::string_view word) {
  static constexpr std::array<std::string_view, 13> kNames{
      "zero",  "one",   "two",  "three", "four",   "five",  "six",
      "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  for (std::size_t i = 1; i < kNames.size(); ++i) {
    if (word == kNames[i]) return i;
  }
  if (word == "single" || word == "a") return 1;
  if (word.empty() || word.size() > 5) return std::nullopt;
  std::size_t value = 0;
  for (const char c : word) {
    if (!std::isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  return value == 0 ? std::nullopt : std::optional(value);
}

// Notes "`count` `unit`" in `out`. "a word" and "a line" limit nothing.
void note_limit(Limits& out, std::size_t count, std::string_view count_word,
                std::string_view unit) {
  const bool article = count_word == "a";
  const std::size_t bounded = std::min<std::size_t>(count, 200);
  if (unit.starts_with("sentence")) out.sentences = bounded;
  if (unit == "words" || (unit == "word" && !article)) {
    out.words = std::min<std::size_t>(count, 2000);
  }
  if ((unit == "lines" || unit == "line") && !article) out.lines = bounded;
  if ((unit == "paragraphs" || unit == "paragraph") && !(article && count_word.empty())) {
    out.paragraphs = bounded;
  }
  static constexpr std::array kItems = std::to_array<std::string_view>(
      {"bullets", "ideas", "items",     "tips",        "reasons",  "steps", "points", "examples",
       "things",  "facts", "questions", "suggestions", "options",  "names", "titles", "ways",
       "topics",  "tasks", "keywords",  "names",       "benefits", "risks"});
  if (!article && std::find(kItems.begin(), kItems.end(), unit) != kItems.end())
    out.items = bounded;
}

std::string cut_at_clause(std::string_view text) {
  std::size_t end = text.find_first_of(".?!\n;:,()\"");
  std::string phrase(trim(text.substr(0, end)));
  const std::string lower = to_lower(phrase);
  for (const std::string_view stop :
       {" in one ",   " in a ",       " in two ",     " in three ", " in four ",
        " in five ",  " in exactly ", " in at most ", " in 1",      " in 2",
        " in 3",      " in 4",        " in 5",        " using ",    " with the ",
        " and then ", " then ",       " please",      " as a list", " as bullet",
        " for a ",    " so that ",    " and call ",   " and use ",  " step by step"}) {
    if (const std::size_t at = lower.find(stop);
        at != std::string::npos && at > 0 && at < phrase.size()) {
      phrase.resize(at);
    }
  }
  const std::vector<std::string> words = words_of(phrase);
  if (words.size() > 10) {
    phrase.clear();
    for (std::size_t i = 0; i < 10; ++i) phrase += (i ? " " : "") + words[i];
  }
  return std::string(trim(phrase));
}

// Where the phrase after `cue` starts, or npos.
std::size_t after_cue(std::string_view lower, std::string_view cue) {
  for (std::size_t at = lower.find(cue); at != std::string_view::npos;
       at = lower.find(cue, at + 1)) {
    if (at == 0 || lower[at - 1] == ' ' || lower[at - 1] == '\n') return at + cue.size();
  }
  return std::string_view::npos;
}

// "boiling" for "boil". Good enough for common verbs.
std::string gerund(std::string verb) {
  const auto vowel = [&](std::size_t at) {
    return std::string_view("aeiou").find(verb[at]) != std::string_view::npos;
  };
  const std::size_t n = verb.size();
  if (n > 2 && verb.ends_with('e') && !verb.ends_with("ee")) {
    verb.pop_back();
  } else if (n == 3 && !vowel(0) && vowel(1) && !vowel(2) && verb[2] != 'w' && verb[2] != 'x' &&
             verb[2] != 'y') {
    verb += verb.back();
  }
  return verb + "ing";
}

bool starts_list_mark(std::string_view line) {
  return line.starts_with("- ") || line.starts_with("* ") || line.starts_with("> ");
}

}  // namespace

Limits find_limits(std::string_view text) {
  Limits out;
  const std::vector<std::string> words = words_of(to_lower(text));
  for (std::size_t i = 0; i < words.size(); ++i) {
    // "5-line poem", "one-sentence summary" arrive as one word.
    if (const std::size_t dash = words[i].find('-'); dash != std::string::npos) {
      const std::string_view head = std::string_view(words[i]).substr(0, dash);
      if (const auto count = as_count(head)) {
        std::string unit = words[i].substr(dash + 1);
        note_limit(out, *count, head, unit);
      }
      continue;
    }
    const auto count = as_count(words[i]);
    if (!count) continue;
    // At most two adjectives stand between the number and what it counts.
    for (std::size_t next = i + 1; next < std::min(i + 4, words.size()); ++next) {
      const Limits before = out;
      note_limit(out, *count, words[i], words[next]);
      if (out.sentences != before.sentences || out.words != before.words ||
          out.lines != before.lines || out.paragraphs != before.paragraphs ||
          out.items != before.items || as_count(words[next])) {
        break;
      }
    }
  }
  out.brief = mentions_any(text, {"brief", "briefly", "concise", "concisely", "short", "shortly"});
  out.bare = mentions_any(
      text, {"answer only", "reply only", "respond only", "only with", "only the", "with only",
             "just the", "with just", "nothing else", "with exactly", "one word"});
  return out;
}

std::string subject(std::string_view text) {
  const std::string lower = to_lower(text);
  for (const std::string_view cue :
       {"about ",      "on the topic of ", "topic: ",          "topic is ",   "regarding ",
        "explain ",    "describe ",        "what is ",         "what are ",   "ideas for ",
        "tips for ",   "names for ",       "list of ",         "plan for ",   "steps for ",
        "introduce ",  "compare ",         "introduction to ", "outline of ", "overview of ",
        "for example "}) {
    const std::size_t from = after_cue(lower, cue);
    if (from == std::string_view::npos || from >= text.size()) continue;
    std::string phrase = cut_at_clause(text.substr(from));
    for (const std::string_view lead :
         {"what ", "whether ", "your ", "yourself", "it ", "this ", "that "}) {
      if (to_lower(phrase).starts_with(lead)) phrase.clear();
    }
    if (!keywords(phrase).empty()) return phrase;
  }
  for (const std::string_view cue :
       {"how do i ", "how do you ", "how can i ", "how can we ", "how to ", "how do we "}) {
    const std::size_t from = after_cue(lower, cue);
    if (from == std::string_view::npos || from >= text.size()) continue;
    const std::string phrase = cut_at_clause(text.substr(from));
    const std::string verb = phrase.substr(0, phrase.find(' '));
    if (!verb.empty()) return gerund(to_lower(verb)) + phrase.substr(verb.size());
  }
  const std::string first_line(trim(text.substr(0, text.find('\n'))));
  const std::size_t question = first_line.find('?');
  if (question != std::string::npos && question <= 70 && question > 3) {
    std::size_t from = first_line.find_last_of(".!:;", question);
    from = from == std::string::npos ? 0 : from + 1;
    return "the question “" +
           capitalised(trim(std::string_view(first_line).substr(from, question + 1 - from))) + "”";
  }
  // "Plan a trip to Kyoto": what the command is about.
  const std::vector<std::string> leading = words_of(first_line);
  if (leading.size() > 2) {
    for (const std::string_view article : {"a", "an", "the", "my", "our"}) {
      if (to_lower(leading[1]) != article) continue;
      const std::string phrase = cut_at_clause(
          std::string_view(first_line).substr(first_line.find(leading[1], leading[0].size())));
      if (!keywords(phrase).empty()) return phrase;
    }
  }
  const std::vector<std::string> keys = keywords(text);
  if (keys.empty()) return {};
  return keys.size() == 1 ? keys[0] : keys[0] + " and " + keys[1];
}

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> out;
  bool in_code = false;
  std::string prose;
  const auto flush = [&] {
    std::size_t from = 0;
    for (std::size_t i = 0; i < prose.size(); ++i) {
      const bool stop = prose[i] == '.' || prose[i] == '!' || prose[i] == '?';
      if (!stop || (i + 1 < prose.size() && prose[i + 1] != ' ')) continue;
      if (const auto found = trim(std::string_view(prose).substr(from, i + 1 - from));
          found.size() > 1) {
        out.emplace_back(found);
      }
      from = i + 1;
    }
    const auto rest = trim(std::string_view(prose).substr(std::min(from, prose.size())));
    if (rest.size() > 1) out.push_back(std::string(rest) + ".");
    prose.clear();
  };
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    if (line.starts_with("```")) in_code = !in_code;
    if (in_code || line.starts_with("```") || line.starts_with("#") || line.starts_with("|") ||
        line.empty()) {
      flush();
      continue;
    }
    if (starts_list_mark(line)) {
      flush();
      line = trim(line.substr(2));
    }
    if (!prose.empty()) prose += ' ';
    prose += line;
  }
  flush();
  return out;
}

std::string material(std::string_view text) {
  const auto enough = [](std::string_view part) { return part.size() >= 40; };
  if (const std::size_t blank = text.find("\n\n"); blank != std::string_view::npos) {
    const std::string_view rest = trim(text.substr(blank));
    if (enough(rest)) return std::string(rest);
  }
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view rest = trim(text.substr(colon + 1));
    // "Classify it: answer only with …" hands nothing over.
    const bool command =
        mentions_any(rest.substr(0, 40), {"answer", "reply", "respond", "write", "use", "call"});
    if (enough(rest) && !command) return std::string(rest);
  }
  for (const std::string& part : quoted(text)) {
    if (enough(part)) return part;
  }
  return {};
}

}  // namespace tactus::llm::mock
