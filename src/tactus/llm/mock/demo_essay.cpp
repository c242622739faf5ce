// Explanations, lists, tables and code of the demo model.
#include <algorithm>
#include <array>

#include <tactus/base/text.hpp>
#include <tactus/llm/mock/demo_writer.hpp>

namespace tactus::llm::mock {
namespace {

constexpr auto kOpen = std::to_array<std::string_view>({
    "The simplest way into {T} is to begin with one concrete case and to stay with it for a while.",
    "There is more than one way to think about {T}, and each of them shows something the others "
    "hide.",
    "To make sense of {T}, it helps to separate what is fixed from what can still change.",
    "When people first think about {T}, they tend to look at the whole at once; it is easier to "
    "look at "
    "one part.",
});
constexpr auto kAngle = std::to_array<std::string_view>({
    "Start with **{K}**: name what goes in, what comes out, and what has to stay true in between.",
    "The interesting part is rarely **{K}** itself but the place where it meets {L}.",
    "A short experiment teaches more about **{K}** than a long argument.",
    "Most difficulties with **{K}** come from mixing up the goal with the means.",
    "One early choice about **{K}** decides what will be easy later, so it is worth making slowly.",
});
constexpr auto kDepth = std::to_array<std::string_view>({
    "Seen from the side of {L}, the same facts tell a slightly different story.",
    "If two explanations fit equally well, the one with fewer moving parts is usually the better "
    "start.",
    "It pays to write down what you expect before you look, since surprise is the best sign that "
    "something was misunderstood.",
    "Small differences add up: what saves a minute today may cost an hour once {L} comes into "
    "play.",
    "What counts as good enough depends on who will use the result, and for how long.",
});
constexpr auto kLabels = std::to_array<std::string_view>({
    "Begin small",     "Name the goal",       "Look closely at {K}", "Compare two versions",
    "Ask someone new", "Keep what works",     "Write it down",       "Connect {K} and {L}",
    "Measure once",    "Leave something out", "Set a limit",         "Try the opposite",
    "Make it visible", "Borrow an example",   "Plan the first step", "Check the edges",
    "Return to {L}",   "Give it time",        "Share a draft",       "End on purpose",
});
constexpr auto kReasons = std::to_array<std::string_view>({
    "one part of {T} that can be finished today is worth more than a plan for all of it.",
    "a sentence about what should be different afterwards keeps every later choice honest.",
    "most surprises hide there, and they are cheapest to find early.",
    "side by side, the better one is usually plain to see.",
    "someone who has never met {K} notices what everyone else has stopped seeing.",
    "not everything has to change for {T} to improve.",
    "a note made now spares a long search later.",
    "the two explain each other better than either explains itself.",
    "a single number, taken before and after, settles many discussions.",
    "whatever is missing and not missed was never needed.",
    "a fixed hour, page or budget makes decisions easier.",
    "turning {K} around shows which parts are habit and which are necessary.",
    "what can be seen by all can be helped by all.",
    "somebody has stood at this point before and left traces.",
    "the first step should be small enough to be taken without courage.",
    "the middle looks after itself; the ends seldom do.",
    "after a detour, {L} tends to look simpler.",
    "a day of distance does the work of two revisions.",
    "an unfinished thing invites help, a finished one only praise.",
    "a clear ending makes the next beginning possible.",
});
constexpr auto kClose = std::to_array<std::string_view>({
    "Taken together, this makes {T} less of a riddle and more of a series of small, answerable "
    "questions.",
    "If only one thing is kept in mind about {T}, let it be the first concrete step.",
    "From here, the best next step is to try it on a case of your own.",
    "That is not everything there is to say about {T}, but it is enough to begin.",
});

struct Language {
  std::string_view word;  // As it stands in prompts.
  std::string_view fence;
  std::string_view code;  // With {F} for a function's name.
};
constexpr std::array kLanguages = std::to_array<Language>({
    {"python", "python",
     "def {F}(items):\n    \"\"\"Counts how often each item occurs.\"\"\"\n    counts = {}\n    "
     "for item in items:\n        counts[item] = counts.get(item, 0) + 1\n    return "
     "counts\n\n\nprint({F}([\"a\", \"b\", \"a\"]))  # {'a': 2, 'b': 1}"},
    {"javascript", "javascript",
     "function {F}(items) {\n  const counts = new Map();\n  for (const item of items) {\n    "
     "counts.set(item, (counts.get(item) ?? 0) + 1);\n  }\n  return "
     "counts;\n}\n\nconsole.log({F}([\"a\", \"b\", \"a\"]));"},
    {"typescript", "typescript",
     "function {F}(items: string[]): Map<string, number> {\n  const counts = new Map<string, "
     "number>();\n  for (const item of items) {\n    counts.set(item, (counts.get(item) ?? 0) + "
     "1);\n  }\n  return counts;\n}\n\nconsole.log({F}([\"a\", \"b\", \"a\"]));"},
    {"c++", "cpp",
     "#include <map>\n#include <string>\n#include <vector>\n\nstd::map<std::string, int> {F}(const "
     "std::vector<std::string>& items) {\n  std::map<std::string, int> counts;\n  for (const auto& "
     "item : items) ++counts[item];\n  return counts;\n}"},
    {"sql", "sql",
     "SELECT item, COUNT(*) AS occurrences\nFROM {F}\nGROUP BY item\nORDER BY occurrences DESC;"},
    {"bash", "bash",
     "{F}() {\n  sort \"$1\" | uniq -c | sort -rn | head -n 10\n}\n\n{F} notes.txt"},
    {"lua", "lua",
     "local function {F}(items)\n  local counts = {}\n  for _, item in ipairs(items) do\n    "
     "counts[item] = (counts[item] or 0) + 1\n  end\n  return counts\nend\n\nprint({F}({ \"a\", "
     "\"b\", \"a\" }).a)  --> 2"},
});

std::string identifier(const std::string& topic) {
  std::string out = slug(topic);
  std::replace(out.begin(), out.end(), '-', '_');
  return out[0] >= '0' && out[0] <= '9' ? "f_" + out : out;
}

}  // namespace

Draft write_explanation(Writer& writer) {
  Draft draft;
  const bool long_answer = !writer.limits.brief && writer.chance.below(2) == 0;
  if (long_answer && !writer.topic.starts_with("the question "))
    draft.heading = title_case(writer.topic);
  draft.paragraphs.push_back({writer.say(kOpen), writer.say(kAngle), writer.say(kDepth)});
  draft.paragraphs.push_back({writer.say(kAngle), writer.say(kDepth), writer.say(kDepth)});
  draft.paragraphs.push_back({writer.another(), writer.another(), writer.say(kClose)});
  return draft;
}

std::string write_list(Writer& writer) {
  const std::size_t count = writer.limits.items.value_or(writer.limits.lines.value_or(5));
  const bool ordered =
      mentions_any(writer.conversation.prompt, {"steps", "numbered", "ranking", "ordered", "plan"});
  std::string out;
  if (!writer.limits.items && !writer.limits.lines)
    out = "Some thoughts on " + writer.topic + ":\n\n";
  // Labels and reasons belong together, so both start at the same place.
  const std::size_t first =
      writer.chance.below(kLabels.size()) + 7 * writer.conversation.answers.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (first + i) % kLabels.size();
    if (i > 0) out += '\n';
    out += ordered ? std::to_string(i + 1) + ". " : "- ";
    out += "**" + writer.fill(kLabels[at]) + "**";
    // Past the end of the bank a round number keeps items apart.
    if (i >= kLabels.size()) out += " (" + std::to_string(i / kLabels.size() + 1) + ")";
    out += " — " + writer.fill(kReasons[at]);
  }
  return out;
}

std::string write_table(Writer& writer) {
  std::vector<std::string> rows = keywords(writer.conversation.prompt);
  std::erase_if(rows, [](const auto& word) {
    return word == "table" || word == "compare" || word == "markdown";
  });
  for (const std::string_view general : {"effort", "benefit", "risk"}) {
    if (rows.size() < 3) rows.emplace_back(general);
  }
  rows.resize(std::min<std::size_t>(rows.size(), 5));
  static constexpr auto kStrength =
      std::to_array<std::string_view>({"quick to start", "easy to explain", "well understood",
                                       "scales with care", "few surprises"});
  static constexpr auto kWatch = std::to_array<std::string_view>(
      {"needs a clear goal", "hides small costs", "depends on timing", "wants a second look",
       "grows if unattended"});
  std::string out =
      "A first comparison around " + writer.topic +
      ", with invented entries:\n\n| Aspect | Strength | Watch for |\n| --- | --- | --- |";
  for (const std::string& row : rows) {
    out += "\n| " + capitalised(row) + " | " + writer.say(kStrength);
    out += " | " + writer.say(kWatch) + " |";
  }
  return out + "\n\n" + writer.another();
}

std::string write_code(Writer& writer) {
  const Language* language = &kLanguages.back();
  for (const Language& known : kLanguages) {
    const bool script_alias =
        known.word == "bash" && mentions_any(writer.conversation.prompt, {"shell"});
    if (mentions(writer.conversation.prompt, known.word) || script_alias) {
      language = &known;
      break;
    }
  }
  std::vector<std::string> name_words = keywords(writer.conversation.prompt);
  std::erase_if(name_words, [&](const auto& word) {
    const std::string lower = to_lower(word);
    return lower == language->word || lower == "code" || lower == "function" || lower == "script" ||
           lower == "program";
  });
  name_words.resize(std::min<std::size_t>(name_words.size(), 2));
  const std::string name = name_words.empty() ? "count_items" : identifier(join(name_words, " "));
  std::string code(language->code);
  for (std::size_t at = code.find("{F}"); at != std::string::npos; at = code.find("{F}", at))
    code.replace(at, 3, name);
  return "This is a sample of the shape such an answer has. It counts things rather than solving "
         "the task:\n\n```" +
         std::string(language->fence) + "\n" + code +
         "\n```\n\nTry it on a small input first, then replace the names with your own.";
}

}  // namespace tactus::llm::mock
