#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_facts.hpp>
#include <tactus/llm/mock/demo_language.hpp>

namespace tactus::llm::mock {
namespace {

struct Fact {
  std::string about;     // "name", or the verb of "I like …".
  std::string sentence;  // "your name is Ada"
};

// The statement that starts at `rest`, up to the end of its clause.
std::string clause(std::string_view rest) {
  std::string out(trim(rest.substr(0, rest.find_first_of(".!?\n,;"))));
  for (const std::string_view link : {" and i ", " and my ", " but "}) {
    if (const std::size_t at = to_lower(out).find(link); at != std::string::npos) out.resize(at);
  }
  return out;
}

void collect(std::string_view text, std::vector<Fact>& out) {
  const std::string lower = to_lower(text);
  for (std::size_t at = lower.find("my "); at != std::string::npos;
       at = lower.find("my ", at + 1)) {
    if (at > 0 && std::isalnum(static_cast<unsigned char>(lower[at - 1]))) continue;
    const std::string said = clause(text.substr(at + 3));
    const std::size_t is = said.find(" is ");
    const std::size_t are = said.find(" are ");
    const std::size_t verb = std::min(is, are);
    if (verb == std::string::npos || verb > 30) continue;
    out.push_back({to_lower(said.substr(0, verb)), "your " + said});
  }
  for (const std::string_view verb : {"like", "love", "live in", "work as", "prefer", "have", "am",
                                      "come from", "hate", "need"}) {
    const std::string start = "i " + std::string(verb) + " ";
    for (std::size_t at = lower.find(start); at != std::string::npos;
         at = lower.find(start, at + 1)) {
      if (at > 0 && std::isalnum(static_cast<unsigned char>(lower[at - 1]))) continue;
      const std::string said = clause(text.substr(at + start.size()));
      if (said.empty()) continue;
      out.push_back(
          {std::string(verb), "you " + std::string(verb == "am" ? "are" : verb) + " " + said});
    }
  }
}

}  // namespace

std::string remembered(const Conversation& c) {
  const std::string lower = to_lower(c.prompt);
  const bool question =
      lower.find('?') != std::string::npos || mentions_any(lower, {"remember", "recall"});
  const bool own = mentions_any(lower, {"my", "i", "me", "about me"});
  const bool asks =
      mentions_any(lower, {"what", "which", "who", "where", "do you remember", "recall", "remind"});
  if (!question || !own || !asks || c.users.size() < 2) return {};
  std::vector<Fact> facts;
  for (const std::string& user : c.users) {
    if (user != c.prompt) collect(user, facts);
  }
  std::vector<std::string> told;
  for (const Fact& fact : facts) {
    if (mentions(lower, fact.about)) told.push_back(fact.sentence);
  }
  const bool everything = mentions_any(lower, {"about me", "know", "told", "remember", "said"});
  if (told.empty() && everything) {
    for (const Fact& fact : facts) told.push_back(fact.sentence);
  }
  if (told.empty()) return {};
  return "You told me that " + join(told, ", and that ") + ".";
}

std::string chosen_option(const Conversation& c, Chance& chance) {
  for (const std::string* text : {&c.prompt, &c.system}) {
    const std::string lower = to_lower(*text);
    for (const std::string_view cue :
         {"answer only with ", "reply only with ", "respond only with ", "answer with ",
          "reply with ", "respond with ", "one of: ", "one of ", "either ", "classify as "}) {
      const std::size_t at = lower.find(cue);
      if (at == std::string::npos) continue;
      std::string rest = lower.substr(at + cue.size());
      rest = rest.substr(0, rest.find_first_of(".!?\n;"));
      if (const std::size_t colon = rest.find(": "); colon != std::string::npos)
        rest.erase(0, colon + 2);
      const std::size_t last = rest.rfind(" or ");
      if (last == std::string::npos) continue;
      rest.replace(last, 4, ",");
      std::vector<std::string> options;
      for (std::size_t from = 0; from <= rest.size();) {
        const std::size_t end = std::min(rest.find(',', from), rest.size());
        std::string option(trim(std::string_view(rest).substr(from, end - from)));
        std::erase_if(option, [](char mark) { return mark == '"' || mark == '\'' || mark == '`'; });
        if (!option.empty() && count_words(option) <= 2) options.push_back(std::move(option));
        from = end + 1;
      }
      if (options.size() >= 2) return options[chance.below(options.size())];
    }
  }
  return {};
}

}  // namespace tactus::llm::mock
