#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

constexpr std::array<std::string_view, 10> kNames{"Mara", "Tess", "Noor",  "Edda", "Jun",
                                                  "Ilka", "Bram", "Oskar", "Ravi", "Ines"};

constexpr auto kMore = std::to_array<std::string_view>({
    "One more thing about {K} deserves a mention: it rarely stands alone.",
    "Whoever works with {K} for a while starts to notice {L} as well.",
    "It helps to say in one's own words what {T} should lead to.",
    "A small example of {K}, kept close at hand, settles many questions.",
    "The order of the steps matters less than having a clear first one.",
    "What looks like a detail today may be the reason for a change tomorrow.",
    "Two people can disagree about {L} and both be right about {K}.",
    "When in doubt, the smaller step is the one that is easier to take back.",
    "Time spent on {K} is seldom lost, even when the result is put aside.",
    "A second look at {T} tends to be calmer than the first.",
    "Good notes on {L} are worth more than a good memory.",
    "Every part that can be left out makes the rest easier to see.",
    "The simplest test is to explain {K} to someone who has never met it.",
    "Nothing about {T} has to be decided all at once.",
    "If it works for {K}, it is worth trying for {L}.",
    "A pause between two attempts is often where the idea comes from.",
});

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The subject of the request: of the prompt, else of what was said before, else of the system
// prompt.
std::string find_topic(const Conversation& conversation) {
  const std::string given = material(conversation.prompt);
  std::string own = conversation.prompt;
  // "Summarise this: …" is about what follows, whose weightiest words come first.
  if (!given.empty()) own = own.substr(0, own.find(given)) + '\n' + given.substr(0, 300);
  for (const std::string_view text :
       {std::string_view(own), std::string_view(conversation.system)}) {
    if (std::string found = subject(text); !found.empty()) return found;
  }
  return "a quiet afternoon";
}

// "the lighthouse keeper" of "a lighthouse keeper who finds a map"; empty when the subject has no
// article.
std::string head_noun(std::string_view topic) {
  const std::vector<std::string> words = words_of(topic);
  if (words.size() < 2) return {};
  const std::string article = to_lower(words[0]);
  if ((article != "a" && article != "an" && article != "the") || topic.starts_with("the question "))
    return {};
  std::string out = "the";
  std::size_t taken = 0;
  for (std::size_t i = 1; i < words.size() && taken < 3; ++i) {
    const bool joins = words[i].size() <= 4 && keywords(words[i]).empty();  // Of, who, with, in …
    if (joins || (taken > 0 && (words[i].ends_with("ing") || words[i].ends_with("ed") ||
                                keywords(words[i]).empty())))
      break;
    out += ' ' + words[i];
    ++taken;
  }
  return taken == 0 ? std::string() : out;
}

}  // namespace

Writer::Writer(const Conversation& c, Chance& random)
    : conversation(c), chance(random), limits(find_limits(c.prompt)), topic(find_topic(c)) {
  // Lengths in the system prompt hold when the prompt names none. What is handed over limits
  // nothing.
  if (const std::string given = material(c.prompt); !given.empty()) {
    limits = find_limits(c.prompt.substr(0, c.prompt.find(given)));
  }
  limits.bare = limits.bare || find_limits(c.prompt).bare;
  if (!limits.any()) {
    const Limits general = find_limits(c.system);
    limits = {general.sentences,
              general.words,
              general.lines,
              general.paragraphs,
              general.items,
              limits.bare || general.bare,
              limits.brief || general.brief};
  }
  std::vector<std::string> keys =
      topic.starts_with("the question ") ? Sentences() : keywords(topic);
  for (std::string& word : keywords(c.prompt.empty() ? c.system : c.prompt)) {
    if (std::find(keys.begin(), keys.end(), word) == keys.end()) keys.push_back(std::move(word));
  }
  keyword = keys.empty() ? "the beginning" : keys[0];
  if (!keys.empty() && count_words(topic) <= 2) keyword = topic;
  if (const std::string thing = head_noun(topic); !thing.empty()) keyword = thing;
  keyword2 = keys.size() < 2 ? "the rest"
                             : keys[1 + chance.below(std::min<std::size_t>(keys.size() - 1, 3))];
  for (const std::string& answer : c.answers) said_ += answer + '\n';
  if (to_lower(keyword).find(to_lower(keyword2)) != std::string::npos) keyword2 = "the rest";
  std::size_t pick = chance.below(kNames.size());
  // A story that goes on keeps its people.
  for (std::size_t i = 0; c.continuation && i < kNames.size(); ++i) {
    if (mentions(said_, kNames[i])) pick = i;
  }
  name = kNames[pick];
  name2 = kNames[(pick + 1 + chance.below(kNames.size() - 1)) % kNames.size()];
}

std::string Writer::fill(std::string_view pattern) const {
  std::string text(pattern);
  if (text.starts_with("{T}")) text.replace(0, 3, capitalised(topic));
  if (text.starts_with("{K}")) text.replace(0, 3, capitalised(keyword));
  if (text.starts_with("{L}")) text.replace(0, 3, capitalised(keyword2));
  replace_all(text, "{T}", topic);
  replace_all(text, "{K}", keyword);
  replace_all(text, "{L}", keyword2);
  replace_all(text, "{N}", name);
  replace_all(text, "{M}", name2);
  return text;
}

std::string Writer::say(Bank bank) {
  const std::size_t first = chance.below(bank.size());
  std::string text;
  for (std::size_t i = 0; i < bank.size(); ++i) {
    text = fill(bank[(first + i) % bank.size()]);
    if (said_.find(text) == std::string::npos) break;
  }
  said_ += text + '\n';
  return text;
}

Sentences Writer::say(Bank bank, std::size_t count) {
  Sentences out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(say(bank));
  return out;
}

std::string Writer::another() { return say(kMore); }

}  // namespace tactus::llm::mock
