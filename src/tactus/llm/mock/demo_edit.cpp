// What the demo model does with text it is given: condense, tighten, comment. These work on the
// text itself.
#include <algorithm>
#include <array>
#include <map>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

// Sentences of `text` with the words that occur most, in their own order.
Sentences key_sentences(std::string_view text, std::size_t count) {
  const Sentences all = sentences(text);
  std::map<std::string, int> frequency;
  for (const std::string& word : words_of(to_lower(text))) {
    if (word.size() > 3) ++frequency[word];
  }
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t i = 0; i < all.size(); ++i) {
    double score = i == 0 ? 1 : 0;
    const std::vector<std::string> words = words_of(to_lower(all[i]));
    for (const std::string& word : words) {
      if (const auto found = frequency.find(word); found != frequency.end())
        score += found->second - 1;
    }
    ranked.emplace_back(-score / static_cast<double>(words.size() + 4), i);
  }
  std::sort(ranked.begin(), ranked.end());
  ranked.resize(std::min(count, ranked.size()));
  std::sort(ranked.begin(), ranked.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  Sentences out;
  for (const auto& [score, index] : ranked) out.push_back(all[index]);
  return out;
}

constexpr std::array kFillers = std::to_array<std::string_view>(
    {"very", "really", "quite", "just", "actually", "basically", "simply", "rather", "somewhat"});

std::string tighten(const std::string& sentence) {
  std::string out;
  std::size_t at = 0;
  while (at < sentence.size()) {
    const std::size_t end = std::min(sentence.find(' ', at), sentence.size());
    const std::string word = sentence.substr(at, end - at);
    at = end + 1;
    if (std::find(kFillers.begin(), kFillers.end(), to_lower(word)) != kFillers.end()) continue;
    if (!out.empty()) out += ' ';
    out += word;
  }
  return capitalised(out);
}

}  // namespace

Draft write_summary(Writer& writer, std::string_view text) {
  Sentences chosen = key_sentences(text, writer.limits.sentences.value_or(3));
  if (chosen.empty()) chosen.push_back(writer.another());
  return {{}, {std::move(chosen)}};
}

Draft write_revision(Writer& writer, std::string_view text) {
  Draft draft;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    Sentences paragraph;
    for (const std::string& sentence : sentences(text.substr(at, end - at)))
      paragraph.push_back(tighten(sentence));
    if (!paragraph.empty()) draft.paragraphs.push_back(std::move(paragraph));
    at = end + 2;
  }
  if (draft.paragraphs.empty()) draft.paragraphs.push_back({writer.another()});
  return draft;
}

Draft write_review(Writer& writer, std::string_view text) {
  static constexpr auto kGood = std::to_array<std::string_view>(
      {"It states its subject early and stays with it.", "The tone is even and easy to follow.",
       "Each sentence carries something the one before it does not."});
  static constexpr auto kBetter = std::to_array<std::string_view>(
      {"A concrete example would give the reader something to hold on to.",
       "The ending could say more plainly what follows from it.",
       "One long sentence might be split so that its second half is not lost."});
  const Sentences all = sentences(text);
  Sentences facts{fmt::format("The text has {} {} and {} {}.", all.size(),
                              all.size() == 1 ? "sentence" : "sentences", count_words(text),
                              count_words(text) == 1 ? "word" : "words")};
  if (!all.empty()) facts.push_back("It opens with “" + all.front() + "”");
  return {{},
          {facts,
           {"**What works:** " + writer.say(kGood)},
           {"**What to improve:** " + writer.say(kBetter), writer.say(kBetter)}}};
}

}  // namespace tactus::llm::mock
